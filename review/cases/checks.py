"""Formal checks (形式審査): what the return says by itself, stored as findings beside the case."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

import filing
from config.context import load_municipality_file
from filing import Return
from review.addressees.folding import address_key
from review.addressees.models import Addressee
from review.attachments.queries import papers_of
from review.cases.models import Case
from review.reconcile.matching import address_differs


def formal_checks(document: Return) -> list[dict[str, Any]]:
    """Return the findings of the form's own rules. They name items, never a person's values."""
    return [
        _finding(problem.field, problem.rule, problem.message, problem.level)
        for problem in filing.validate(document)
    ]


def person_checks(document: Return, addressee: Addressee) -> list[dict[str, Any]]:
    """Return the findings about the person that the return was matched with (実質審査の一部)."""
    if not address_differs(document.filer, addressee):
        return []
    message = _("申告の住所と宛名の住所が違います。転居の有無を確かめてください。")
    return [_finding("filer.address", "address_differs", message, "warning")]


def agent_checks(case: Case, document: Return) -> list[dict[str, Any]]:
    """Return what an agent's return lacks: the paper that shows the right to act (代理権)."""
    topics = {paper.topic for paper in papers_of(case)}
    if not document.agent or "authority" in topics:
        return []
    message = _("代理権を示す書類が付いていません。委任状や登記事項証明書を求めてください。")
    return [_finding("answers.agent", "authority_missing", message, "error")]


def lives_elsewhere(document: Return) -> bool:
    """Tell whether another municipality has to tax (回送の対象): not where 家屋敷 is declared."""
    return not in_city(document) and not document.answers.get("house")


def house_checks(document: Return) -> list[dict[str, Any]]:
    """Return what contradicts a 家屋敷 of who lives elsewhere: an address of 1 January here."""
    house = document.answers.get("house")
    if not house or (house.get("residence") == "elsewhere") != in_city(document):
        return []
    message = _("家屋敷の申告の区分と、1月1日の住所が合いません。均等割だけか確かめてください。")
    return [_finding("answers.house.residence", "house_residence", message, "warning")]


def in_city(document: Return) -> bool:
    """Tell whether the address of 1 January is in this municipality."""
    city = load_municipality_file(settings.MUNICIPALITY_FILE)["name"]
    claimed = document.address_jan1 or document.filer.address
    return address_key(claimed).startswith(address_key(city))


def _finding(field: str, rule: str, message: str, level: str) -> dict[str, Any]:
    return {"field": field, "rule": rule, "message": message, "level": level}
