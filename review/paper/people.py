"""Whose a typed return is (入力票の本人), as far as it is known before it is a case."""

from typing import Any

from review.addressees.models import Addressee, number_index
from review.paper.models import PaperEntry


def person_of(entry: PaperEntry) -> Addressee | None:
    """Return the person of an entry: of its case, of what it corrects, of its 個人番号."""
    for case in (entry.case, entry.corrects):
        if case and case.addressee:
            return case.addressee
    known: dict[str, Any] = {"number": entry.lookup.get("addressee", "")}
    if not known["number"] and entry.is_open:
        number = entry.document().filer.personal_number
        known = {"number_index": number_index(number)} if number else known
    return Addressee.objects.filter(**known).first()
