"""年金特別徴収の中止 (地方税法321条の7の9): who dropped out pays what is left by hand, with notice.

Made again and again it proposes once: what two people decided or dropped is left to people. Which
withholdings a payer still made after the day is not told by the data ("?"): terms whose month has
come stay as they are.
"""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from review.addressees.models import Addressee
from review.assessment.models import SourceDocument, counting_documents
from review.assessment.people import SamePersons
from review.errors import Refusal
from review.levy.corrections import propose_correction
from review.levy.models import Collection, Decision
from review.levy.queries import last_decision
from review.levy.terms import passed_terms
from review.staff.actors import Actor

REASON = "年金特別徴収の中止"
CAUSES = {"1": "死亡", "2": "転出", "9": "その他"}


def propose_dropouts(*, by: Actor, now: datetime) -> dict[str, int]:
    """Propose a correction for each drop-out whose pension still has terms to come; count them."""
    counts: Counter[str] = Counter()
    found = SourceDocument.objects.filter(
        counting_documents(), kind=SourceDocument.Kind.PENSION_DROPOUT
    )
    same = SamePersons()
    for document in found.order_by("tax_year", "source").iterator():
        person = Addressee.objects.get(pk=same.main_of(document.addressee_id))
        counts[_propose(person, document, by=by, now=now)] += 1
    return dict(counts)


def _propose(person: Addressee, document: SourceDocument, *, by: Actor, now: datetime) -> str:
    year = document.tax_year
    if not _has_terms_left(person, year, timezone.localdate(now)) or _was_dropped(person, year):
        return "nothing_left"
    cause = CAUSES.get(document.content["cause"], "")
    given: dict[str, Any] = {
        "cause": Decision.Cause.PENSION_STOP,
        "remark": f"{REASON}({cause} {document.content['stopped_on']})",
    }
    try:
        propose_correction(person, year, by=by, reason=REASON, now=now, **given)
    except Refusal:
        # What stands in the way is on the person's page: a disagreement, another proposal.
        return "refused"
    return "proposed"


def _has_terms_left(person: Addressee, tax_year: str, today: date) -> bool:
    """Tell whether the standing decision still takes something from the pension."""
    decision = last_decision(person, tax_year)
    if decision is None or decision.state != Decision.State.DECIDED:
        return False
    rows = decision.assessment.collections.filter(method=Collection.Method.PENSION)
    passed = passed_terms(Collection.Method.PENSION, tax_year, today)
    return any(sum(row.amounts[passed:]) for row in rows)


def _was_dropped(person: Addressee, tax_year: str) -> bool:
    """Tell whether people dropped such a proposal: it is theirs to make another one."""
    dropped = Decision.objects.filter(addressee=person, tax_year=tax_year)
    return dropped.filter(cause=Decision.Cause.PENSION_STOP, state=Decision.State.DROPPED).exists()
