"""Search (申請の検索): cases by the beginning of a name or kana, by 宛名番号, 受付番号 or words."""

from uuid import UUID

from django.db import connection
from django.db.models import CharField, F, Func, Q, QuerySet, Value

from filing.numbers import normalise_receipt_number
from review.addressees.folding import search_key
from review.addressees.models import Addressee
from review.cases.models import Case

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


class KanaKey(Func):
    """Kana without spaces, written as the index (migration 0003) writes it."""

    function = "replace"
    template = "replace(replace(%(expressions)s, ' ', ''), '　', '')"
    output_field = CharField()


def find(text: str) -> QuerySet[Case]:
    """Return at most MOST cases, the latest first.

    Short look-ups by index instead of one condition over all tables, which none serves.
    """
    people = list(_people(text)[:MOST])
    wanted = Q(addressee_id__in=people) | Q(receipt_number=normalise_receipt_number(text))
    wanted |= Q(pk__in=_spoken_of(text))
    found = Case.objects.filter(wanted).select_related("addressee", "assigned_to")
    return found.defer("evidence", "candidates").order_by("-received_at", "id")[:MOST]


def _people(text: str) -> "QuerySet[Addressee, UUID]":
    key = search_key(text)
    kana = "".join(text.split())
    named = Q(number=key) | Q(name_key__startswith=key)
    by_kana = Addressee.objects.alias(kana_key=KanaKey(F("kana"))).filter(
        kana_key__startswith=Value(kana)
    )
    by_name = Addressee.objects.filter(named)
    return by_name.values_list("pk", flat=True).union(by_kana.values_list("pk", flat=True))


def _spoken_of(text: str) -> list[UUID]:
    """Return the cases whose notes, slips or decisions hold these words, MOST of each at most."""
    words = text.strip().lower()
    literal = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(WORDS, {"words": words, "pattern": f"%{literal}%", "most": MOST})
        return [case for (case,) in cursor.fetchall()]
