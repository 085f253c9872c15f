"""Showing one person to another office (他部署による参照・紙での移転): only what it may have."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review.addressees.models import Addressee
from review.audit.releases import record_releases
from review.audit.services import record_by
from review.errors import Refusal
from review.levy.models import Decision
from review.rights.services import is_stopped
from review.staff.actors import Actor
from review.staff.models import StaffMember
from review.staff.roles import Role
from review.transfers.models import UseRequest
from review.transfers.requests import allowed_items, in_force, target_of
from review.transfers.targets import Item, Route, Target, targets
from review.transfers.values import values_of


@dataclass(frozen=True)
class Row:
    """One item of a person as an office sees it."""

    item: Item
    value: int

    @property
    def is_money(self) -> bool:
        return self.item.unit == "yen"

    @property
    def words(self) -> str:
        """Return the value as people read it; money is left to the page."""
        if self.item.unit == "code":
            return self.item.choices[str(self.value)]
        return _("%(n)d人") % {"n": self.value}


@dataclass(frozen=True)
class Sheet:
    """What an office is shown of a person (移転する情報): items and values, no name, no number."""

    target: Target
    addressee_number: str
    tax_year: str
    decided_on: date | None
    rows: list[Row]


@dataclass(frozen=True)
class HandedOut:
    """Handing a sheet over by hand (紙での移転): to whom, how identified, by which law (OPS-05)."""

    receiver: str
    identified_by: str
    basis: str


def own_targets(member: StaffMember, day: date) -> list[Target]:
    """Return the offices for which a person may read: each by name, never all at once."""
    named = member.procedures_of(Role.READER)
    return [target for id, target in targets(day).items() if target.is_transfer and id in named]


def read(
    target: Target, number: str, tax_year: str, *, by: Actor, reason: str, now: datetime
) -> Sheet:
    """Return a person's items for an office, and write the look down with the person.

    Refusal without an approved application in force, and for whom nothing may be shown: all the
    same words, so that the answer does not tell who is known here.
    """
    requests = in_force(target.id, timezone.localdate(now))
    if not requests:
        raise Refusal(_("有効なデータ使用承認願がありません。市民税課に申請してください。"))
    decision = _standing(number.strip(), tax_year)
    with transaction.atomic():
        _log_look(target, requests, by, reason, now, decision.addressee if decision else None)
    return _sheet(target, requests, decision)


def hand_out(
    request: UseRequest,
    number: str,
    tax_year: str,
    handed: HandedOut,
    *,
    by: Actor,
    reason: str,
    now: datetime,
) -> Sheet:
    """Return the sheet that goes to an office on paper, recorded as a release of the person's data.

    Refusal without an application for paper in force, and without the receiver's identification
    and the law that the release rests on.
    """
    day = timezone.localdate(now)
    target = target_of(request.target, day)
    if request not in in_force(target.id, day, {Route.PAPER}):
        raise Refusal(_("紙で渡せる、有効なデータ使用承認願ではありません。"))
    if not (handed.receiver and handed.identified_by and handed.basis):
        raise Refusal(_("受け取る人、本人確認の方法、根拠法令をすべて入力してください。"))
    decision = _standing(number.strip(), tax_year)
    sheet = _sheet(target, [request], decision)
    assert decision is not None
    with transaction.atomic():
        record_releases(
            [(decision.addressee.number, decision.addressee.four_attributes)],
            to=target.name,
            route=Route.PAPER,
            by=by,
            reason=reason,
            subject=request.subject,
            now=now,
            detail={"tax_year": tax_year, **vars(handed)},
        )
    return sheet


def _sheet(target: Target, requests: list[UseRequest], decision: Decision | None) -> Sheet:
    if decision is None:
        raise Refusal(_("この宛名番号と年度で、お見せできる情報はありません。"))
    wanted = allowed_items(target, requests)
    found, year = decision.assessment, decision.tax_year
    values = values_of(found.result, found.inputs, year, wanted)
    rows = [Row(item, values[item.id]) for item in wanted]
    return Sheet(target, decision.addressee.number, year, decision.decided_on, rows)


def _standing(number: str, tax_year: str) -> Decision | None:
    """Return the newest decision of a person who may be shown at all.

    Who came from 住基ネット alone (他業務参照不可) is shown to no other office, and nobody while a
    stop of use (利用停止) is in force.
    """
    decided = Decision.objects.filter(
        addressee__number=number,
        addressee__restricted=False,
        tax_year=tax_year,
        state=Decision.State.DECIDED,
    )
    found = decided.select_related("addressee", "assessment").order_by("-number").first()
    return None if found is None or is_stopped(found.addressee) else found


def _log_look(
    target: Target,
    requests: list[UseRequest],
    by: Actor,
    reason: str,
    now: datetime,
    person: Addressee | None,
) -> None:
    about: dict[str, Any] = {}
    if person:
        about = {
            "addressee_number": person.number,
            "four_attributes": person.four_attributes,
        }
    record_by(
        by,
        "transfer.viewed" if person else "transfer.not_found",
        reason=reason,
        now=now,
        subject=f"transfer:{target.id}",
        detail={"requests": [row.number for row in requests]},
        **about,
    )
