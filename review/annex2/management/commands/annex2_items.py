"""annex2_items: every item of 別添2 and where it is held, as a page of the docs."""

from collections import Counter

from config.generated import GeneratedPage
from review.annex2.mapping import PARTS, items


class Command(GeneratedPage):
    help = "Writes docs/reference/annex2.md; --check only says whether it is fresh."
    file = "docs/reference/annex2.md"
    command = "annex2_items"

    def render(self) -> str:
        """Return the page."""
        every = list(items())
        held = Counter(item.part for item in every if item.is_held)
        lines = [
            "# 別添2の記録項目 (data items of the privacy assessment)",
            "",
            "Made from `review/annex2/*.toml` by `manage.py annex2_items`; do not edit.",
            "`field`: a model's field. `report`: a column of a layout. `answer`: an item of the",
            "return. `result`: a figure of the tax. Otherwise: why it is not held.",
        ]
        for part, title in PARTS.items():
            of_part = [item for item in every if item.part == part]
            lines += ["", f"## {title}: {held[part]} of {len(of_part)} held", ""]
            lines += ["| no | item | held in, or why not |", "|---|---|---|"]
            lines += [
                f"| {item.number} | {item.name} | "
                + (f"{item.how} `{item.where}`" if item.is_held else item.where)
                + " |"
                for item in of_part
            ]
        return "\n".join(lines) + "\n"
