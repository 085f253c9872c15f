"""interview_pages: write docs/portal-pages.md from the interview's table, or check it."""

from collections.abc import Iterator
from typing import Any

from django import forms

from config.fields import EraDateField, MoneyField, PersonalNumberField
from config.generated import GeneratedPage
from portal.interview.fields import CountField, YesNoField
from portal.interview.model import Page, Section
from portal.interview.sections import SECTIONS
from portal.interview.versions import FORM_VERSION

FILE = "docs/portal-pages.md"
HEAD = f"""# Pages of the interview and their fields (申告の画面と項目)

Written by `python manage.py interview_pages` from `portal/interview/sections/`; do not edit.
Form version {FORM_VERSION}. Yen with or without commas; a date as YYYY-MM-DD; a field without
"optional" has to be given. `<item>` is the entry's id, `new` for the first page of a new one.
"""


class Command(GeneratedPage):
    help = f"Write {FILE} from the interview's table."
    file, command = FILE, "interview_pages"

    def render(self) -> str:
        return render()


def render() -> str:
    """Return the page: a table of sections, then one of pages with their fields."""
    lines = [HEAD, "| section | title | block of the return | kind |", "|---|---|---|---|"]
    lines += [_section(section) for section in SECTIONS]
    lines += ["", "| page | fields |", "|---|---|"]
    for section in SECTIONS:
        lines += [_row(f"{section.code}/", page) for page in section.pages]
        lines += [_row(f"{section.code}/<item>/", page) for page in section.items]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> str:
    kind = "entries" if section.items else "one"
    kind += ", optional" if section.optional else ""
    block = f"`{section.block}`" if section.block else ""
    return f"| `{section.code}` | {section.title} | {block} | {kind} |"


def _row(place: str, page: Page) -> str:
    note = " (optional page)" if page.optional else ""
    return f"| `{place}{page.code}/`{note} | {'; '.join(_fields(page))} |"


def _fields(page: Page) -> Iterator[str]:
    for name, formfield in page.form.base_fields.items():
        kind = _kind(formfield)
        optional = "" if formfield.required else ", optional"
        yield f"`{name}`{kind}{optional}"
    for opened in getattr(page.form, "opens", ()):
        boxes = (
            f"`{opened.code}-{name}`{_kind(formfield)}"
            for name, formfield in opened.form.base_fields.items()
        )
        yield f"optional, answers `{opened.place}`: {', '.join(boxes)}"


def _kind(formfield: forms.Field) -> str:
    if isinstance(formfield, YesNoField | forms.ChoiceField):
        choices: Any = formfield.choices
        several = " (several)" if isinstance(formfield, forms.MultipleChoiceField) else ""
        return f" = {' / '.join(str(code) for code, _word in choices)}{several}"
    kinds: tuple[tuple[type[forms.Field], str], ...] = (
        (MoneyField, " (yen)"),
        (EraDateField, " (YYYY-MM-DD)"),
        (PersonalNumberField, " (12 digits)"),
        (CountField, " (number)"),
        (forms.FileField, " (file)"),
    )
    return next((words for kind, words in kinds if isinstance(formfield, kind)), "")
