"""kept_tables: every table of this zone and what ends its records, as a page of the docs."""

from django.conf import settings

from config.generated import GeneratedPage
from config.tables import as_markdown


class Command(GeneratedPage):
    help = "Writes docs/reference/tables-ZONE.md; --check only says whether it is fresh."
    file = f"docs/reference/tables-{settings.EXCHANGE['zone']}.md"
    command = "kept_tables"

    def render(self) -> str:
        """Return the page."""
        return as_markdown()
