"""他市町村の課税 (地方税法294条3項・4項): whom another municipality taxes is not taxed here.

Its notice comes as a file of 国税連携; for each a change of the year's basics is proposed, which a
member of staff decides. What two people decided or dropped is left to people.
"""

from collections import Counter
from datetime import datetime

from review.addressees.models import Addressee
from review.assessment.models import SourceDocument, counting_documents
from review.assessment.people import SamePersons
from review.errors import Refusal
from review.levy.basics import FIELDS, basics_of, propose_basics
from review.levy.models import BasicsChange, YearPerson
from review.staff.actors import Actor

REASON = "他市町村の課税の通知(地方税法294条3項)"


def propose_elsewhere(*, by: Actor, now: datetime) -> dict[str, int]:
    """Propose for each notice that its person is not taxed here; count what came of them."""
    counts: Counter[str] = Counter()
    same = SamePersons()
    found = SourceDocument.objects.filter(
        counting_documents(), kind=SourceDocument.Kind.TAXED_ELSEWHERE
    )
    for document in found.order_by("tax_year", "source").iterator():
        person = Addressee.objects.get(pk=same.main_of(document.addressee_id))
        counts[_propose(person, document, by=by, now=now)] += 1
    return dict(counts)


def _propose(person: Addressee, document: SourceDocument, *, by: Actor, now: datetime) -> str:
    year = document.tax_year
    basics = basics_of(person, year)
    if basics is None:
        return "no_basics"
    given = {name: getattr(basics, name) for name in FIELDS}
    after = given | {"residency": YearPerson.Residency.ELSEWHERE.value}
    decided = BasicsChange.objects.filter(addressee=person, tax_year=year)
    known = [row.after for row in decided.exclude(state=BasicsChange.State.PROPOSED)]
    if given == after or after in known:
        return "nothing_left"
    why = f"{REASON} {document.content['payer']}"[:300]
    try:
        propose_basics(person, year, after, why=why, by=by, reason=REASON, now=now)
    except Refusal:
        # Another change of the same person waits.
        return "refused"
    return "proposed"
