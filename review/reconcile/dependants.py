"""Double claims (扶養の重複): the same dependant in the returns of two people of one year."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from review.addressees.folding import search_key
from review.addressees.models import Addressee, number_index
from review.assessment.models import SourceDocument
from review.reconcile.comparison import Difference
from review.reconcile.models import Disagreement


def dependant_keys(answers: Mapping[str, Any]) -> list[str]:
    """Return what each dependant is recognised by: a keyed hash, never the 個人番号 itself."""
    spouse = answers.get("spouse")
    people = [*([spouse] if spouse else []), *(answers.get("relatives") or [])]
    return [_key(person) for person in people]


def claimed_twice(
    addressee: Addressee, tax_year: str, document: SourceDocument
) -> Iterable[tuple[Addressee, Difference]]:
    """Yield one difference for each of the two claimants of a dependant.

    Only documents that count are looked at; a spouse who claims the child too is found as well.
    """
    for key in document.content.get("dependants", []):
        others = SourceDocument.objects.filter(
            tax_year=tax_year,
            kind=SourceDocument.Kind.RESIDENT_RETURN,
            replaced_by__isnull=True,
            content__dependants__contains=[key],
        ).exclude(addressee=addressee)
        for other in others.select_related("addressee"):
            documents = sorted([str(document.pk), str(other.pk)])
            yield addressee, _difference(key, other.addressee.number, documents)
            yield other.addressee, _difference(key, addressee.number, documents)


def _difference(key: str, other_number: str, documents: list[str]) -> Difference:
    return Difference(
        Disagreement.Kind.DEPENDANT_TWICE,
        key,
        _("同じ人を別の納税者も扶養親族としています。"),
        "",
        _("宛名番号 %(number)s") % {"number": other_number},
        documents,
    )


def _key(person: Mapping[str, Any]) -> str:
    number = person.get("personal_number")
    known_by = number or f"{search_key(person.get('name', ''))}|{person.get('birth_date', '')}"
    return number_index(known_by).hex()
