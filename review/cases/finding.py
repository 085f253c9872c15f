"""Search (申請の検索): cases by the beginning of a name or kana, by 宛名番号 or 受付番号."""

from uuid import UUID

from django.db.models import CharField, F, Func, Q, QuerySet, Value

from filing.numbers import normalise_receipt_number
from review.addressees.folding import search_key
from review.addressees.models import Addressee
from review.cases.models import Case
from review.cases.worklist import handled_by
from review.staff.models import StaffMember

MOST = 50


class KanaKey(Func):
    """Kana without spaces, written as the index (migration 0003) writes it."""

    function = "replace"
    template = "replace(replace(%(expressions)s, ' ', ''), '　', '')"
    output_field = CharField()


def find(text: str, *, member: StaffMember) -> QuerySet[Case]:
    """Return at most MOST cases of the procedures that the member handles, the latest first.

    Three short look-ups by index instead of one condition over both tables, which none serves.
    """
    people = list(_people(text)[:MOST])
    wanted = Q(addressee_id__in=people) | Q(receipt_number=normalise_receipt_number(text))
    found = handled_by(member).filter(wanted).select_related("addressee", "assigned_to")
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
