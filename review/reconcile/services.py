"""Keeping the list of disagreements (チェックリスト) in step, and deciding about them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from filing.calendar import age_at_year_end, died_in_year, income_year
from review.addressees.models import Addressee
from review.arrays import each_of
from review.audit.services import record_by
from review.errors import Refusal
from review.reconcile.comparison import Difference
from review.reconcile.deaths import day_of
from review.reconcile.dependant_acts import acts_of
from review.reconcile.dependant_checks import DENYING_KINDS, DEPENDANT_KINDS
from review.reconcile.models import Disagreement
from review.reconcile.rulings import ACT, STATED, Ruling
from review.staff.actors import Actor

State, Outcome = Disagreement.State, Disagreement.Outcome
#: What a person must look at before a decision; the others only tell.
WAITING = (State.OPEN, State.PROPOSED)
NOTES = (Disagreement.Kind.ONE_STOP_VOID,)
PERSONAL_KINDS = frozenset(Disagreement.Kind) - DEPENDANT_KINDS


def keep(
    found: Mapping[UUID, Iterable[Difference]],
    tax_year: str,
    *,
    kinds: Collection[str],
    now: datetime,
) -> None:
    """Store what was found now about each person, among the kinds that were looked for.

    What is not found any more is gone; what was decided stays so, unless it reads differently now,
    or an amount was decided about that no document states any more (訂正).
    """
    known: dict[tuple[UUID, str, str], Disagreement] = {
        (entry.addressee_id, entry.kind, entry.key): entry
        for entry in Disagreement.objects.filter(
            tax_year=tax_year, addressee_id__in=each_of(found), kind__in=list(kinds)
        )
    }
    seen, new, changed = set(), [], []
    for person_id, differences in found.items():
        for difference in differences:
            place = (person_id, difference.kind, difference.key)
            if place in seen:
                continue
            seen.add(place)
            entry = known.get(place)
            if entry is None:
                new.append(_entry(person_id, tax_year, difference, now))
            elif _renew(entry, difference, now):
                changed.append(entry)
    for place, entry in known.items():
        ends = entry.state in WAITING or (entry.state == State.SETTLED and entry.kind in STATED)
        if place not in seen and ends:
            entry.state = State.GONE
            changed.append(entry)
    Disagreement.objects.bulk_create(new)
    fields = ["said", "others_index", "amount", "documents", "state", "outcome", "found_at"]
    fields += ["proposed_by", "proposed_at", "settled_by", "settled_at"]
    for entry in changed:
        entry.save(update_fields=fields)


def _entry(person_id: UUID, tax_year: str, difference: Difference, now: datetime) -> Disagreement:
    entry = Disagreement(
        tax_year=tax_year,
        addressee_id=person_id,
        kind=difference.kind,
        found_at=now,
        **_values(difference),
    )
    entry.key = difference.key
    return entry


def _values(difference: Difference) -> dict[str, Any]:
    texts = {name: str(getattr(difference, name)) for name in ("label", "declared", "reported")}
    return texts | {"amount": difference.amount, "documents": difference.documents}


def _renew(entry: Disagreement, difference: Difference, now: datetime) -> bool:
    """Take over what is found now; True where it changes. A decision on other facts is void."""
    values = _values(difference)
    same = all(getattr(entry, name) == value for name, value in values.items())
    if same and entry.state != State.GONE:
        return False
    for name, value in values.items():
        setattr(entry, name, value)
    entry.found_at = entry.found_at if same else now
    entry.state, entry.outcome = State.OPEN, ""
    entry.proposed_by, entry.proposed_at = "", None
    entry.settled_by, entry.settled_at, entry.settled_reason = "", None, ""
    entry.died_on = None
    return True


def open_disagreements(addressee: Addressee, tax_year: str) -> int:
    """Return how many disagreements stop an automatic decision."""
    entries = Disagreement.objects.filter(addressee=addressee, tax_year=tax_year)
    return entries.filter(state__in=WAITING).exclude(kind__in=NOTES).count()


def rulings_of(
    people: Collection[UUID], tax_year: str
) -> dict[UUID, dict[tuple[str, str], Ruling]]:
    """Return what staff decided about people's documents of a year, by person."""
    entries = list(
        Disagreement.objects.filter(
            tax_year=tax_year, addressee_id__in=each_of(people), state=State.SETTLED
        ).exclude(outcome="")
    )
    keys = [bytes.fromhex(e.key) for e in entries if e.kind in DEPENDANT_KINDS]
    born = Addressee.objects.filter(number_index__in=keys).values_list("number_index", "birth_date")
    ages = {bytes(key or b"").hex(): age_at_year_end(day, tax_year) for key, day in born}
    found: dict[UUID, dict[tuple[str, str], Ruling]] = {}
    for entry in entries:
        age, amount = ages.get(entry.key, 0), _yen_of(entry.reported)
        is_death = entry.kind == Disagreement.Kind.DEPENDANT_DEATH
        died = day_of(entry.reported) if is_death else entry.died_on
        ruling = Ruling(entry.outcome, amount, age, died=died)
        found.setdefault(entry.addressee_id, {})[entry.kind, entry.key] = ruling
    settled = {(e.addressee_id, e.kind, e.key): e.settled_at for e in entries}
    for claimant, key, ruling, at in acts_of(people, tax_year):
        own = found.setdefault(claimant, {})
        for kind in DENYING_KINDS:
            finding, since = own.pop((kind, key), None), settled.get((claimant, kind, key))
            if finding and since and at and since > at:
                ruling = _after_act(ruling, finding)
        own[ACT, key] = ruling
    return found


def _after_act(act: Ruling, finding: Ruling) -> Ruling:
    """Return what a finding that was settled after an act of the office makes of it."""
    if act.denies or finding.denies:
        return act if act.denies else finding
    changed = finding.outcome == Disagreement.Outcome.INCOME
    return replace(act, amount=finding.amount) if changed else act


def _yen_of(shown: str) -> int:
    digits = shown.replace(",", "").removesuffix("円")
    return int(digits) if digits.isdigit() else 0


def propose(
    entry: Disagreement,
    *,
    outcome: str,
    by: Actor,
    reason: str,
    now: datetime,
    died_on: date | None = None,
) -> Disagreement:
    """Propose what counts (決定の起案): as declared, or the other document (否認).

    Of a spouse beside 寡婦・ひとり親 also both, where that spouse died in the year: `died_on`.
    """
    with transaction.atomic():
        locked = _locked(entry, *WAITING)
        if locked.kind == Disagreement.Kind.NOT_COMPUTED:
            raise Refusal(_("決定では解消しません。示された項目の資料を訂正してください。"))
        if outcome == Outcome.INCOME and locked.kind != Disagreement.Kind.DEPENDANT_INCOME:
            raise Refusal(_("「所得を改める」は、扶養親族の所得超過でだけ選べます。"))
        late = outcome == Outcome.BOTH
        if late:
            _check_late_spouse(locked, died_on)
        locked.state, locked.outcome = State.PROPOSED, outcome
        locked.died_on = died_on if late else None
        locked.proposed_by, locked.proposed_at, locked.settled_reason = by.id, now, reason
        locked.save()
        _write_down(locked, "disagreement.proposed", by=by, reason=reason, now=now)
    return locked


def _check_late_spouse(entry: Disagreement, died_on: date | None) -> None:
    if entry.kind != Disagreement.Kind.CONTRADICTION:
        raise Refusal(_("「年の途中の死亡」は、配偶者と寡婦・ひとり親の矛盾でだけ選べます。"))
    if not died_on or not died_in_year(died_on.isoformat(), entry.tax_year):
        raise Refusal(
            _("配偶者が亡くなった日を、%(year)s年の日付で入力してください。")
            % {"year": income_year(entry.tax_year)}
        )


def confirm(entry: Disagreement, *, by: Actor, reason: str, now: datetime) -> Disagreement:
    """Confirm another person's proposal (決定の確認); the next merging goes by it."""
    with transaction.atomic():
        locked = _locked(entry, State.PROPOSED)
        if locked.proposed_by == by.id:
            raise Refusal(_("自分が起案した決定を自分で確認することはできません。"))
        locked.state, locked.settled_by, locked.settled_at = State.SETTLED, by.id, now
        locked.save()
        _write_down(locked, "disagreement.settled", by=by, reason=reason, now=now)
    return locked


def send_back(entry: Disagreement, *, by: Actor, reason: str, now: datetime) -> Disagreement:
    """Send a proposal back (差戻し); the disagreement is open again."""
    with transaction.atomic():
        locked = _locked(entry, State.PROPOSED)
        locked.state, locked.outcome = State.OPEN, ""
        locked.proposed_by, locked.proposed_at, locked.died_on = "", None, None
        locked.save()
        _write_down(locked, "disagreement.sent_back", by=by, reason=reason, now=now)
    return locked


def _locked(entry: Disagreement, *states: str) -> Disagreement:
    locked = Disagreement.objects.select_for_update().get(pk=entry.pk)
    if locked.state not in states:
        raise Refusal(_("この不一致は、すでに確認済みです。"))
    return locked


def _write_down(entry: Disagreement, action: str, *, by: Actor, reason: str, now: datetime) -> None:
    person = entry.addressee
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=f"disagreement:{entry.pk}",
        addressee_number=person.number,
        four_attributes=person.four_attributes,
        detail={"kind": entry.kind, "outcome": entry.outcome},
    )
