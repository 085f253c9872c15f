"""Who is to be told what (対象者): for each kind of letter those that no mailing has yet."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from review.addressees.models import Addressee
from review.arrays import each_of
from review.assessment.models import SourceDocument
from review.letters import contents, homes
from review.letters.models import Letter, Mailing
from review.levy.models import Decision, YearPerson
from review.notices.employers import with_all
from review.reconcile.dependant_acts import by_key
from review.reconcile.dependants import claims_of
from review.reconcile.models import Claim, DependantAct, Disagreement
from review.rights.services import stopped_people

Kind = Mailing.Kind
#: Findings of which 「ほかの資料による」 denies a deduction or a dependant (否認).
DENYING = (
    Disagreement.Kind.DEPENDANT_TWICE,
    Disagreement.Kind.DEPENDANT_INCOME,
    Disagreement.Kind.DEPENDANT_AGE,
    Disagreement.Kind.INSURANCE_OVER,
    Disagreement.Kind.DISABILITY,
    Disagreement.Kind.CONTRADICTION,
)
OF_DEPENDANTS = DENYING[:3]


@dataclass(frozen=True)
class Target:
    """One letter to be: about whom, about what, to which municipality; `write` says it in words."""

    person: Addressee
    matter: str
    write: Callable[[], dict[str, Any]]
    municipality: str = ""
    dependant: Addressee | None = None


@dataclass(frozen=True)
class Denial:
    """A denied dependant or deduction, and the decision that took it into the tax."""

    decision: Decision
    matter: str
    dependant: Addressee | None
    said: dict[str, str]
    # How related, or where it can be read: the dependant's key in these documents.
    role: str = ""
    key: str = ""
    documents: Sequence[str] = ()


def targets(kind: str, tax_year: str, day: date) -> list[Target]:
    """Return what waits for a letter of a kind, by 宛名番号; nobody whose use is stopped."""
    found = {
        Kind.NOTICE_294: _taxed_here,
        Kind.SLIP: _denied,
        Kind.DATA: _denied_dependants,
        Kind.QUERY: _unknown,
        Kind.INQUIRY: _resolved,
        Kind.ONE_STOP: _voided,
    }[Kind(kind)](tax_year, day)
    told = set(
        Letter.objects.filter(kind=kind, tax_year=tax_year, holds=True).values_list(
            "addressee", "matter"
        )
    )
    stopped = stopped_people()
    waiting = [
        one
        for one in found
        if (one.person.pk, one.matter) not in told
        and one.person.pk not in stopped
        and (one.dependant is None or one.dependant.pk not in stopped)
    ]
    return sorted(waiting, key=lambda one: (one.person.number, one.matter))


def non_residents(tax_year: str) -> "QuerySet[Decision]":
    """Return the first decisions about people whose 住民票 is elsewhere (住登外課税)."""
    basics = YearPerson.objects.filter(
        tax_year=tax_year, addressee=OuterRef("addressee"), residency="non_resident"
    )
    decided = Decision.objects.filter(tax_year=tax_year, state=Decision.State.DECIDED, number=1)
    return decided.filter(Exists(basics)).select_related("addressee")


def _taxed_here(tax_year: str, day: date) -> Iterator[Target]:
    known = homes.of_taxpayers(tax_year)
    told = Letter.objects.filter(
        kind=Kind.NOTICE_294, tax_year=tax_year, holds=True, addressee=OuterRef("addressee")
    )
    # Of some thousand, those that wait: the page of letters looks each time that it opens.
    found = non_residents(tax_year).filter(~Exists(told), addressee__in=each_of(known))
    decisions = list(found)
    here = dict(
        YearPerson.objects.filter(
            tax_year=tax_year, addressee__in=[one.addressee_id for one in decisions]
        ).values_list("addressee", "address")
    )
    for decision in decisions:
        home = known[decision.addressee_id]
        write = partial(contents.notice_294, decision, home, here[decision.addressee_id])
        yield Target(decision.addressee, "", write, home.municipality)


def _denied(tax_year: str, day: date) -> Iterator[Target]:
    for one in _denials(tax_year, DENYING):
        write = partial(contents.slip, one.decision, one.said, one.dependant)
        yield Target(one.decision.addressee, one.matter, write, dependant=one.dependant)


def _denied_dependants(tax_year: str, day: date) -> Iterator[Target]:
    for one in _denials(tax_year, OF_DEPENDANTS):
        write = partial(_correction, one)
        yield Target(one.decision.addressee, one.matter, write, dependant=one.dependant)


def _correction(denial: Denial) -> dict[str, Any]:
    role = denial.role or roles_of(denial.documents).get(denial.key, Claim.Role.RELATIVE)
    return contents.correction(denial.decision, role)


def _denials(tax_year: str, kinds: Collection[str]) -> Iterator[Denial]:
    """Yield denials (否認) that a decision made since then has taken into the tax."""
    acts = list(_denying_acts(tax_year))
    findings = list(_denying_findings(tax_year, kinds))
    people = {one.claimant_id for one in acts} | {one.addressee_id for one in findings}
    standing = {one.addressee_id: one for one in _standing(tax_year, people)}
    for act in acts:
        if (decision := _since(standing.get(act.claimant_id), act.decided_at)) is not None:
            label = _("%(role)sの控除") % {"role": act.get_role_display()}
            said = {"label": label, "declared": _("控除あり"), "reported": _("否認")}
            said["why"] = act.why
            yield Denial(decision, f"act:{act.pk}", act.dependant, said, role=act.role)
    known = by_key({one.key for one in findings if one.kind in OF_DEPENDANTS})
    for found in findings:
        decision = _since(standing.get(found.addressee_id), found.settled_at)
        if decision is not None:
            said = {
                "label": f"{found.get_kind_display()} {found.label}",
                "declared": found.declared,
                "reported": found.reported,
                "why": found.settled_reason,
            }
            yield Denial(
                decision,
                f"finding:{found.pk}",
                known.get(found.key),
                said,
                key=found.key,
                documents=found.documents,
            )


def _denying_acts(tax_year: str) -> "QuerySet[DependantAct]":
    acts = DependantAct.objects.filter(tax_year=tax_year, kind="deny", state="decided")
    return acts.select_related("dependant")


def _denying_findings(tax_year: str, kinds: Any) -> "QuerySet[Disagreement]":
    settled = Disagreement.objects.filter(tax_year=tax_year, state="settled", outcome="reported")
    return settled.filter(kind__in=kinds).select_related("addressee")


def _standing(tax_year: str, people: set[Any]) -> "QuerySet[Decision]":
    """Return the decisions that stand for people."""
    decided = Decision.objects.filter(
        tax_year=tax_year, state=Decision.State.DECIDED, addressee__in=people
    )
    later = decided.filter(addressee=OuterRef("addressee"), number__gt=OuterRef("number"))
    return with_all(decided.exclude(Exists(later)))


def roles_of(ids: Sequence[str]) -> dict[str, str]:
    """Return as what documents claimed each dependant, by key; also those denied since."""
    documents = SourceDocument.objects.filter(pk__in=ids)
    claimed = [one for document in documents for one in claims_of(document)]
    return {one.person_key: one.role for one in claimed}


def _since(decision: Decision | None, at: Any) -> Decision | None:
    """Return the decision where it was made on the day of the denial or later."""
    if decision is None or decision.decided_on is None or at is None:
        return None
    return decision if decision.decided_on >= timezone.localdate(at) else None


def _unknown(tax_year: str, day: date) -> Iterator[Target]:
    by_claimant: defaultdict[Addressee, list[dict[str, Any]]] = defaultdict(list)
    for one in homes.unresolved(tax_year, unasked=True):
        by_claimant[one["claimant"]].append(one)
    for claimant, unknown in by_claimant.items():
        write = partial(contents.query, claimant, tax_year, unknown, day)
        yield Target(claimant, homes.matter_of(unknown), write)


def _resolved(tax_year: str, day: date) -> Iterator[Target]:
    for home in homes.of_dependants(tax_year):
        write = partial(contents.inquiry, home.addressee, home)
        yield Target(home.addressee, f"claim:{home.person_key}", write, home.municipality)


def _voided(tax_year: str, day: date) -> Iterator[Target]:
    """Yield whose ワンストップ特例 two people found void: beyond five municipalities (附則7条)."""
    findings = list(_denying_findings(tax_year, (Disagreement.Kind.ONE_STOP_OVER,)))
    ids = {one for found in findings for one in found.documents}
    notices = {str(one.pk): one for one in SourceDocument.objects.filter(pk__in=ids)}
    for found in findings:
        listed = [notices[one] for one in found.documents if one in notices]
        write = partial(contents.one_stop_void, found.addressee, tax_year, listed, day)
        yield Target(found.addressee, f"finding:{found.pk}", write)
