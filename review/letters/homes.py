"""Where people live (住所地の調査): who is not found yet, and what two people found out."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from filing.numbers import municipality_code_is_valid
from review.addressees.models import Addressee
from review.addressees.records import write_down
from review.assessment.models import SourceDocument
from review.deciding import decide
from review.errors import Refusal
from review.letters.models import Domicile
from review.reconcile.models import Claim
from review.staff.actors import Actor

State = Domicile.State
#: Claimants in one list: the next ones follow when these have their letters.
MOST = 500
# Whom a document claims and neither the register knows nor anybody found since.
_UNRESOLVED = """
SELECT c.id FROM reconcile_claim c
WHERE c.tax_year = %(year)s AND c.document <> ''
  AND NOT EXISTS (SELECT 1 FROM addressees_addressee p
                  WHERE p.number_index = decode(c.person_key, 'hex'))
  AND NOT EXISTS (SELECT 1 FROM letters_domicile d
                  WHERE d.tax_year = c.tax_year AND d.addressee_id = c.addressee_id
                    AND d.person_key = c.person_key AND d.state = 'decided')
  AND (%(number)s = '' OR c.addressee_id = (SELECT p.id FROM addressees_addressee p
                                            WHERE p.number = %(number)s))
  AND (NOT %(unasked)s OR NOT EXISTS (
      SELECT 1 FROM letters_letter l
      WHERE l.kind = 'query' AND l.tax_year = c.tax_year AND l.addressee_id = c.addressee_id
        AND l.holds AND c.person_key = ANY(l.asked_keys)))
ORDER BY c.addressee_id, c.id LIMIT %(most)s
"""


def unresolved(
    tax_year: str, *, number: str = "", unasked: bool = False, most: int = MOST
) -> list[dict[str, Any]]:
    """Return dependants of a year whom nobody could identify (未特定), with their claimants.

    Of one claimant by 宛名番号, or only those about whom no 確認書 asks yet.
    """
    named: dict[str, Any] = {"year": tax_year, "number": number, "unasked": unasked, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_UNRESOLVED, named)
        ids = [row[0] for row in cursor.fetchall()]
    claims = list(Claim.objects.filter(pk__in=ids).select_related("addressee").order_by("pk"))
    names = _names(claims)
    return [
        {
            "claimant": claim.addressee,
            "key": claim.person_key,
            "role": claim.role,
            "role_label": claim.get_role_display(),
            "birth_date": claim.birth_date,
            "name": names.get((claim.document, claim.person_key), ""),
        }
        for claim in claims
    ]


def matter_of(unknown: Iterable[Mapping[str, Any]]) -> str:
    """Return what tells one question to a claimant from the next: which dependants it is about."""
    keys = "|".join(sorted(one["key"] for one in unknown))
    return f"claims:{hashlib.sha256(keys.encode()).hexdigest()[:32]}"


def of_taxpayers(tax_year: str) -> dict[UUID, Domicile]:
    """Return where the people taxed here are registered, as it was decided last."""
    found = Domicile.objects.filter(tax_year=tax_year, state=State.DECIDED, person_key="")
    return {row.addressee_id: row for row in found.order_by("decided_at", "pk")}


def of_dependants(tax_year: str) -> list[Domicile]:
    """Return where dependants live who were found outside this city."""
    own = str(load_municipality_file(settings.MUNICIPALITY_FILE)["code"])
    found = Domicile.objects.filter(tax_year=tax_year, state=State.DECIDED).exclude(person_key="")
    rows = found.select_related("addressee").order_by("decided_at", "pk")
    newest = {(row.addressee_id, row.person_key): row for row in rows}
    return [row for row in newest.values() if row.municipality != own]


def propose(
    person: Addressee,
    tax_year: str,
    given: Mapping[str, Any],
    *,
    why: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> Domicile:
    """Propose where a person, or a dependant whom the person claims, is registered."""
    if not municipality_code_is_valid(given["municipality"]):
        raise Refusal(_("市区町村のコードは、検査数字までの6けたです。番号を確かめてください。"))
    key = given.get("person_key", "")
    if (
        key
        and not Claim.objects.filter(tax_year=tax_year, addressee=person, person_key=key).exists()
    ):
        raise Refusal(_("この扶養親族は、今の資料にありません。一覧を読み直してください。"))
    if key and not (given.get("name") and given.get("birth_date")):
        raise Refusal(_("判明した扶養親族の氏名と生年月日を入力してください。"))
    if not key:
        given = {**given, "name": "", "kana": "", "birth_date": None}
    with transaction.atomic():
        Addressee.objects.select_for_update(no_key=True).get(pk=person.pk)
        open_ones = Domicile.objects.filter(
            tax_year=tax_year, addressee=person, person_key=key, state=State.PROPOSED
        )
        if open_ones.exists():
            raise Refusal(_("この人の住所地には、確認を待っている起案があります。"))
        row = Domicile.objects.create(
            tax_year=tax_year,
            addressee=person,
            why=why,
            proposed_by=by.id,
            proposed_at=now,
            **given,
        )
        _log(row, "domicile.proposed", by=by, reason=reason, now=now)
    return row


def confirm(row: Domicile, *, by: Actor, reason: str, now: datetime) -> Domicile:
    """Confirm what another person found: letters go there from now on."""
    return _decide(row, State.DECIDED, by=by, reason=reason, now=now)


def drop(row: Domicile, *, by: Actor, reason: str, now: datetime) -> Domicile:
    """Drop what is only proposed."""
    return _decide(row, State.DROPPED, by=by, reason=reason, now=now)


def _decide(
    row: Domicile, state: Domicile.State, *, by: Actor, reason: str, now: datetime
) -> Domicile:
    with transaction.atomic():
        locked = decide(row, state, by=by, now=now)
        _log(locked, f"domicile.{state}", by=by, reason=reason, now=now)
    return locked


def _names(claims: list[Claim]) -> dict[tuple[str, str], str]:
    """Return the names under which documents claim people; reports have none."""
    found = {}
    documents = SourceDocument.objects.filter(pk__in={c.document for c in claims})
    for document in documents:
        answers = document.content.get("answers") or {}
        people = [*filter(None, [answers.get("spouse")]), *(answers.get("relatives") or [])]
        for person, key in zip(people, document.content.get("dependants") or [], strict=False):
            found[str(document.pk), key] = person.get("name", "")
    return found


def _log(row: Domicile, action: str, *, by: Actor, reason: str, now: datetime) -> None:
    detail = {"tax_year": row.tax_year, "municipality": row.municipality}
    detail["of"] = "dependant" if row.person_key else "person"
    write_down(action, row.addressee, by=by, reason=reason, now=now, detail=detail)
