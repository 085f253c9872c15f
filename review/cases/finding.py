"""Search (申請の検索): cases by the beginning of a name or kana, by 宛名番号, 受付番号 or words."""

from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from filing.numbers import normalise_receipt_number
from review.addressees.folding import kana_key, search_key
from review.addressees.models import Addressee
from review.cases.models import Case
from review.cases.worklist import handled_by, shown_in_rows
from review.staff.models import StaffMember

MOST = 50

# Words of notes, slips and decisions, as the indexes of migration 0007 write them. The pairs of
# characters find the candidates by index, LIKE keeps those that have them in this order.
WORDS = """
(SELECT case_id FROM cases_note
 WHERE pairs_of(lower(text || ' ' || answer)) @> pairs_of(%(words)s)
   AND lower(text || ' ' || answer) LIKE %(pattern)s LIMIT %(most)s)
UNION
(SELECT id FROM cases_case
 WHERE (decision_reason <> '' OR correction_message <> '')
   AND pairs_of(lower(decision_reason || ' ' || correction_message)) @> pairs_of(%(words)s)
   AND lower(decision_reason || ' ' || correction_message) LIKE %(pattern)s LIMIT %(most)s)
"""


def find(text: str, *, member: StaffMember) -> QuerySet[Case]:
    """Return at most MOST cases of the procedures that the member handles, the latest first.

    Short look-ups by index instead of one condition over all tables, which none serves.
    """
    people = list(_people(text)[:MOST])
    wanted = Q(addressee_id__in=people) | Q(receipt_number=normalise_receipt_number(text))
    wanted |= Q(pk__in=_spoken_of(text))
    found = shown_in_rows(handled_by(member).filter(wanted))
    return found.order_by("-received_at", "id")[:MOST]


def _people(text: str) -> "QuerySet[Addressee, UUID]":
    key, kana = search_key(text), kana_key(text)
    # What folds to nothing, such as a lone long mark, is the beginning of no name.
    by_name = Addressee.objects.filter(Q(number=key) | Q(name_key__startswith=key))
    by_kana = Addressee.objects.filter(kana_key__startswith=kana)
    if not key:
        by_name = by_name.none()
    if not kana:
        by_kana = by_kana.none()
    return by_name.values_list("pk", flat=True).union(by_kana.values_list("pk", flat=True))


def _spoken_of(text: str) -> list[UUID]:
    """Return the cases whose notes, slips or decisions hold these words, MOST of each at most."""
    words = text.strip().lower()
    literal = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(WORDS, {"words": words, "pattern": f"%{literal}%", "most": MOST})
        return [case for (case,) in cursor.fetchall()]
