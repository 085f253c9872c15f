"""Looking the number up where no document shows it (番号確認の照会), as the assessment promises:
residents in the register that the city itself holds (庁内連携), others at the 住基ネット terminal.

The terminal is a system of its own; its answer is typed in with the number of the inquiry.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from filing import Person
from review.addressees.folding import search_key
from review.addressees.models import Addressee, number_index
from review.addressees.visibility import visible
from review.errors import Refusal
from review.paper.identity import JUKI_NET, REGISTER, Identity
from review.staff.actors import Actor


def look_up(identity: Identity, filer: Person, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Return result and source of the look-up (SIG-06); empty where a document proved the number.

    Raises Refusal where the register knows the number not at all, or for somebody else.
    """
    if identity.number not in (REGISTER, JUKI_NET):
        if not filer.personal_number:
            raise Refusal(_("個人番号の記載がない申告は、庁内連携か住基ネットで確認してください。"))
        return {}
    found = {"source": identity.number, "by": by.id, "at": now.isoformat()}
    if identity.number == JUKI_NET:
        return {**found, "result": "agrees", "reference": identity.reference}
    people = visible(Addressee.objects.all(), by.member)
    of = _of_number if filer.personal_number else _of_attributes
    person = of(filer, people)
    result = "agrees" if filer.personal_number else "found_by_attributes"
    return {**found, "result": result, "addressee": person.number}


def _of_number(filer: Person, people: "QuerySet[Addressee]") -> Addressee:
    index = number_index(filer.personal_number)
    person = people.filter(number_index=index).first()
    if person is None:
        raise Refusal(
            _(
                "この番号の人は市の宛名にいません。住民登録がない人は、住基ネットで確認してください。"
            )
        )
    if person.name_key != search_key(filer.name) or person.birth_date != filer.birth_date:
        raise Refusal(_("番号の人と、申告の氏名・生年月日が違います。番号を確かめてください。"))
    return person


def _of_attributes(filer: Person, people: "QuerySet[Addressee]") -> Addressee:
    """Return the one person of this name, birth and sex, where the paper bears no number."""
    found = people.filter(
        name_key=search_key(filer.name), birth_date=filer.birth_date, sex=filer.sex
    )
    named = list(found[:2])
    if len(named) != 1:
        raise Refusal(
            _("氏名・生年月日・性別が同じ人が、宛名で1人に決まりません。番号を確かめてください。")
        )
    return named[0]
