"""Beginning from last year's answers (去年の申告から): what stays is confirmed page by page.

Names, payers and choices are filled in beforehand; amounts, numbers and what belongs to one year
only are not. No page counts as answered, so each is looked at; what was answered last year stands
beside it.
"""

from typing import Any

from config.fields import MoneyField
from portal.interview.model import Answers, Page, Section, Situation
from portal.interview.pages.late import DIED
from portal.interview.sections import BY_CODE, SECTIONS
from portal.interview.summary import form_of
from portal.interview.versions import FORM_VERSION

# What happened in one year says nothing of the next.
ONE_YEAR_ONLY = {"medical", "more", "donations", "casualty", "losses", "no-income"}
ONE_YEAR_FIELDS = {
    *("same", "address_jan1", "receipts", "months", "days", "no_slip"),
    *("certified", "opened_on", "closed_on", "livelihood_protection"),
    *("died_on", "remarried"),
}


def begun_from(content: dict[str, Any], tax_year: str) -> dict[str, Any]:
    """Return the content of a new draft from a filed return's answers, which hold no numbers."""
    data = content["data"]
    kept = {
        section.code: _kept_section(section, data[section.code])
        for section in SECTIONS
        if section.code in data and section.code not in ONE_YEAR_ONLY
        # A spouse who died last year is none any more.
        if data[section.code].get("has") != DIED
    }
    return {
        "form": FORM_VERSION,
        "card": {},
        "principal": {},
        "data": {code: answers for code, answers in kept.items() if answers},
        "last_year": {"tax_year": tax_year, "card": content["card"], "data": data},
    }


def last_year_of(situation: Situation) -> Situation | None:
    """Return the answers that this return was begun from, None where it was begun empty."""
    held = situation.content.get("last_year")
    return Situation({"form": FORM_VERSION, **held}, held["tax_year"]) if held else None


def rows_of_last_year(
    situation: Situation, section: Section, page: Page, item_id: str | None
) -> list[tuple[str, str]]:
    """Return what was answered on a page last year, as label and text; [] where nothing was."""
    before = last_year_of(situation)
    if before is None:
        return []
    rows: list[tuple[str, str]] = []
    for code in page.covers or (page.code,):
        rows += _rows_of_one(before, section, code, item_id)
    return rows


def _rows_of_one(
    before: Situation, section: Section, code: str, item_id: str | None
) -> list[tuple[str, str]]:
    """Return the rows of one question of last year: section/page, or a page of `section`."""
    name, _, code = code.rpartition("/")
    section = BY_CODE[name] if name else section
    stored, page = before.answers(section.code), section.page(code)
    if item_id:
        stored, page = before.entry(section.code, item_id) or {}, section.item_page(code)
    if page is None or code not in stored.get("_done", []) or page.form.secret:
        return []
    return form_of(page, before, stored).answered_rows()


def _kept_section(section: Section, stored: Answers) -> Answers:
    kept = _kept(section.pages, stored)
    living = [item for item in stored.get("items", []) if not item.get("died_on")]
    items = [{"id": item["id"], **_kept(section.items, item)} for item in living]
    return kept | ({"items": items} if items else {})


def _kept(pages: tuple[Page, ...], stored: Answers) -> Answers:
    """Return the answers that may hold for another year."""
    names = {
        name
        for page in pages
        for name, formfield in page.form.base_fields.items()
        if not isinstance(formfield, MoneyField)
        and name not in page.form.secret
        and name not in ONE_YEAR_FIELDS
    }
    return {name: value for name, value in stored.items() if name in names}
