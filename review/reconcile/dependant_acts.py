"""Managing dependants (扶養情報の管理): add, end or deny one, by two people (ASM-10)."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from filing.calendar import age_at_year_end
from review.addressees.models import Addressee
from review.addressees.records import write_down
from review.arrays import each_of
from review.deciding import decide
from review.errors import Refusal
from review.reconcile.dependants import person_key
from review.reconcile.models import Claim, DependantAct, Disagreement
from review.reconcile.rulings import ADDED, INCOME, Ruling
from review.staff.actors import Actor

Kind, State = DependantAct.Kind, DependantAct.State


class Dependant(NamedTuple):
    """A dependant as a page shows them: who, by which claim, and who else claims them."""

    key: str
    role: str
    person: Addressee | None
    birth_date: Any
    origin: str
    twice: bool


def acts_of(
    people: Collection[UUID], tax_year: str
) -> Iterator[tuple[UUID, str, Ruling, datetime | None]]:
    """Yield what the acts on each dependant come to: claimant, key, the ruling, and since when."""
    decided = DependantAct.objects.filter(
        tax_year=tax_year, claimant_id__in=each_of(people), state=State.DECIDED
    ).select_related("dependant")
    last: dict[tuple[UUID, str], tuple[Ruling, datetime | None]] = {}
    for act in decided.order_by("decided_at", "pk"):
        place, ruling = (act.claimant_id, act.person_key), _ruling(act, tax_year)
        before = last[place][0] if place in last else None
        if act.kind == Kind.INCOME and before and before.outcome == ADDED:
            # Who was added stays so: the income alone is another.
            ruling = replace(before, amount=ruling.amount)
        last[place] = ruling, act.decided_at
    for (claimant, key), (ruling, at) in last.items():
        yield claimant, key, ruling, at


def _ruling(act: DependantAct, tax_year: str) -> Ruling:
    known = act.dependant
    born, died = (known.birth_date, known.died_on) if known else (None, None)
    age = age_at_year_end(born, tax_year) if born else 0
    if act.kind == Kind.ADD:
        return Ruling(ADDED, act.total_income, age, role=act.role, born=born, died=died)
    if act.kind == Kind.INCOME:
        return Ruling(INCOME, act.total_income, age, role=act.role, born=born)
    return Ruling(Disagreement.Outcome.REPORTED, age=age)


def dependants_of(claimant: Addressee, tax_year: str) -> list[Dependant]:
    """Return whom a person's tax counts as dependants now, with who else claims the same."""
    claims = list(
        Claim.objects.filter(addressee=claimant, tax_year=tax_year).order_by("role", "pk")
    )
    keys = [claim.person_key for claim in claims]
    known = by_key(keys)
    others = set(
        Claim.objects.filter(tax_year=tax_year, person_key__in=keys)
        .exclude(addressee=claimant)
        .values_list("person_key", flat=True)
    )
    return [
        Dependant(
            claim.person_key,
            claim.role,
            known.get(claim.person_key),
            claim.birth_date,
            "document" if claim.document else "office",
            claim.person_key in others,
        )
        for claim in claims
    ]


def by_key(keys: Collection[str]) -> dict[str, Addressee]:
    """Return the people of the register behind such keys, where a 個人番号 tells."""
    rows = Addressee.objects.filter(number_index__in=[bytes.fromhex(key) for key in keys])
    return {bytes(row.number_index or b"").hex(): row for row in rows}


def propose_addition(
    claimant: Addressee,
    tax_year: str,
    *,
    number: str,
    role: str,
    total_income: int,
    why: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> DependantAct:
    """Propose a dependant whom no document names, by 宛名番号."""
    dependant = Addressee.objects.filter(number=number).first()
    if dependant is None:
        raise Refusal(_("この宛名番号の人はいません。番号を確かめてください。"))
    if dependant.pk == claimant.pk:
        raise Refusal(_("本人を本人の扶養にすることはできません。"))
    held = bytes(dependant.number_index or b"").hex()
    key = held or person_key(None, dependant.name, dependant.birth_date.isoformat())
    current = dependants_of(claimant, tax_year)
    if any(one.key == key for one in current):
        raise Refusal(
            _(
                "この人は、すでに扶養に入っています。所得が違うときは「所得を改める」としてください。"
            )
        )
    if role == Claim.Role.SPOUSE and any(one.role == role for one in current):
        raise Refusal(_("配偶者は1人だけです。今の配偶者を終了か否認にしてください。"))
    act = DependantAct(
        dependant=dependant, person_key=key, role=role, kind=Kind.ADD, total_income=total_income
    )
    return _propose(act, claimant, tax_year, why=why, by=by, reason=reason, now=now)


def propose_removal(
    claimant: Addressee,
    tax_year: str,
    *,
    key: str,
    kind: str,
    why: str,
    by: Actor,
    reason: str,
    now: datetime,
    total_income: int | None = None,
) -> DependantAct:
    """Propose that a dependant ended (死亡・離婚など), is denied (否認), or has another income."""
    found = next((one for one in dependants_of(claimant, tax_year) if one.key == key), None)
    if found is None:
        raise Refusal(_("この人は、今の扶養に入っていません。計算し直してから確かめてください。"))
    if kind == Kind.INCOME and (total_income is None or found.person is None):
        raise Refusal(_("所得を改めるには、宛名の分かる人の合計所得金額を入力してください。"))
    income = total_income if kind == Kind.INCOME and total_income is not None else 0
    act = DependantAct(
        dependant=found.person, person_key=key, role=found.role, kind=kind, total_income=income
    )
    return _propose(act, claimant, tax_year, why=why, by=by, reason=reason, now=now)


def _propose(
    act: DependantAct,
    claimant: Addressee,
    tax_year: str,
    *,
    why: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> DependantAct:
    act.tax_year, act.claimant, act.why = tax_year, claimant, why
    act.proposed_by, act.proposed_at = by.id, now
    with transaction.atomic():
        Addressee.objects.select_for_update(no_key=True).get(pk=claimant.pk)
        open_ones = DependantAct.objects.filter(
            tax_year=tax_year, claimant=claimant, person_key=act.person_key, state=State.PROPOSED
        )
        if open_ones.exists():
            raise Refusal(_("この人の扶養には、確認を待っている起案があります。"))
        act.save(force_insert=True)
        _log(act, "dependant.proposed", by=by, reason=reason, now=now)
    return act


def confirm_act(act: DependantAct, *, by: Actor, reason: str, now: datetime) -> DependantAct:
    """Confirm another person's act; the next merging goes by it."""
    return _decide(act, State.DECIDED, by=by, reason=reason, now=now)


def drop_act(act: DependantAct, *, by: Actor, reason: str, now: datetime) -> DependantAct:
    """Drop an act that is only proposed."""
    return _decide(act, State.DROPPED, by=by, reason=reason, now=now)


def _decide(
    act: DependantAct, state: DependantAct.State, *, by: Actor, reason: str, now: datetime
) -> DependantAct:
    with transaction.atomic():
        locked = decide(act, state, by=by, now=now)
        _log(locked, f"dependant.{state}", by=by, reason=reason, now=now)
    return locked


def _log(act: DependantAct, action: str, *, by: Actor, reason: str, now: datetime) -> None:
    other = act.dependant.number if act.dependant else ""
    detail = {"tax_year": act.tax_year, "kind": act.kind, "role": act.role, "dependant": other}
    write_down(action, act.claimant, by=by, reason=reason, now=now, detail=detail)
