"""Addresses of places in the interview, and the place that a problem of the return is about."""

from functools import lru_cache

from django.urls import reverse

from filing import Problem
from portal.interview.conditions import card_has_no_kana
from portal.interview.flow import Step, declared_items
from portal.interview.model import Page, Situation
from portal.interview.sections import BY_CODE, SECTIONS

# Names of the return whose page is not the one that holds a field of the same name.
RENAMED = {
    "total_income": "income",
    "personal_number": "number",
    "cohabiting_parent": "together",
    "relation": "person",
    "widow": "marital",
    "single_parent": "marital",
    "working_student": "student",
}
# Blocks of the return, and the page that asks for them.
BLOCKS = {
    "agent": Step("principal", "authority"),
    "income_kinds": Step("income", "kinds"),
    "no_income": Step("no-income", "reason"),
    "social_insurance": Step("social-insurance", "amounts"),
    "life": Step("insurance", "life"),
    "earthquake": Step("insurance", "earthquake"),
    "medical": Step("medical", "method"),
    "collection": Step("collection", "method"),
    "spouse": Step("spouse", "has"),
    "personal": Step("personal", "disability"),
    "salaries": Step("salaries"),
    "pensions": Step("pensions"),
    "relatives": Step("relatives", "has"),
    "special_rules": Step("home-worker", "which"),
    "medical_receipts": Step("medical", "list"),
} | {section.block: Step(section.code) for section in SECTIONS if section.block}
# What else belongs to a block: who may change the sums may change the papers they come from.
COMPANIONS = {
    "life": (Step("life-certificates"),),
    "earthquake": (Step("earthquake-certificates"),),
    "special_rules": (Step("personal", "children"), Step("personal", "special")),
}


# Of a return's pages these are named on all the others, and most residents' have the same address.
@lru_cache(maxsize=1000)
def page_of(name: str, place: str) -> str:
    """Return the address of a page about the whole return: its hub, its card, its breakdown."""
    return reverse(f"portal:{name}", args=[place])


def url_of(place: str, step: Step | None, *, back: str = "") -> str:
    """Return the address of a step; None is the page on which the answers are checked.

    `place` names the return, see `Draft.place`.
    """
    if step is None:
        return page_of("check", place)
    parts = [part for part in (step.item, step.page) if part]
    if parts:
        name = "portal:item-page" if step.item else "portal:page"
        address = reverse(name, args=[place, step.section, *parts])
    else:
        address = reverse("portal:section", args=[place, step.section])
    return f"{address}?return={back}" if back else address


def step_of(problem: Problem, situation: Situation) -> Step | None:
    """Return where a problem can be mended; None where only the card itself could mend it."""
    parts = problem.field.split(".")
    if parts[0] == "phone":
        return Step("basic", "phone")
    if problem.field == "filer.kana" and card_has_no_kana(situation):
        return Step("basic", "kana")
    if parts[0] == "address_jan1":
        return Step("principal", "lived") if situation.principal else Step("basic", "address")
    if parts[0] == "filer" and situation.principal:
        page = _page_with(BY_CODE["principal"].pages_in(situation), parts[-1])
        return Step("principal", page) if page else None
    if parts[0] != "answers" or len(parts) < 2 or parts[1] not in BLOCKS:
        return None
    block = BLOCKS[parts[1]]
    section = BY_CODE[block.section]
    if section.items and len(parts) > 2 and parts[2].isdigit():
        return _item_step(block.section, int(parts[2]), parts[3:], situation)
    page = _page_with(section.pages_in(situation), parts[-1])
    return Step(block.section, page) if page else block


def _item_step(code: str, index: int, rest: list[str], situation: Situation) -> Step:
    """Return the page of the entry that stands at `index` in the return (complete ones only)."""
    section = BY_CODE[code]
    complete = declared_items(section, situation)
    if index >= len(complete):
        return Step(code)
    pages = section.item_pages_in(situation, complete[index])
    alone = next(page.code for page in pages if not page.covers)
    page = _page_with(pages, rest[0] if rest else "") or alone
    return Step(code, page, complete[index]["id"])


def _page_with(pages: list[Page], name: str) -> str | None:
    """Return the page that asks for an answer alone."""
    wanted = RENAMED.get(name, name)
    for page in pages:
        if page.covers:
            continue
        if page.code == wanted or name in page.form.base_fields:
            return page.code
    return None
