"""Looking the number up where no document shows it (番号確認の照会), as the assessment promises:
who is a resident (住登内) in the register that the city holds (庁内連携), others at 住基ネット.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from filing import Person
from review.addressees.folding import search_key
from review.addressees.models import Addressee, number_index
from review.addressees.visibility import visible
from review.audit.services import record_by
from review.errors import Refusal
from review.paper import juki_net
from review.paper.identity import JUKI_NET, REGISTER, Identity
from review.staff.actors import Actor

# Who answered, in the words that the case keeps.
SOURCES = {REGISTER: "庁内連携(宛名)", JUKI_NET: "住基ネット端末"}


def look_up(
    identity: Identity, filer: Person, *, by: Actor, reason: str, now: datetime
) -> dict[str, Any]:
    """Return result and source of the look-up (SIG-06); empty where a document proved the number.

    Which one is for whom follows from the kind of resident. Raises Refusal where the other one is,
    and where the number is nobody's or somebody else's.
    """
    if identity.number not in (REGISTER, JUKI_NET):
        if not filer.personal_number:
            raise Refusal(_("個人番号の記載がない申告は、庁内連携か住基ネットで確認してください。"))
        return {}
    found = {
        "source": identity.number,
        "source_name": SOURCES[identity.number],
        "by": by.id,
        "at": now.isoformat(),
    }
    if identity.number == REGISTER:
        person = _resident(filer, visible(Addressee.objects.all(), by.member))
        result = "agrees" if filer.personal_number else "found_by_attributes"
        return found | {"result": result, "resident": True, "addressee": person.number}
    if _known_resident(filer):
        raise Refusal(_("この番号の人は住民登録があります。庁内連携で確認してください。"))
    answer = _asked(identity, filer, by=by, reason=reason, now=now)
    return found | {"result": "agrees", "resident": False} | answer


def _asked(
    identity: Identity, filer: Person, *, by: Actor, reason: str, now: datetime
) -> dict[str, str]:
    """Return what 住基ネット answered: by the link if there is one, or the terminal."""
    link = juki_net.connected()
    if link is None:
        return {"reference": identity.reference}
    if not filer.personal_number:
        raise Refusal(_("個人番号の記載がないため、住基ネットに番号で照会できません。"))
    answer = link.ask(filer)
    with transaction.atomic():
        record_by(
            by,
            "juki_net.asked",
            reason=reason,
            now=now,
            subject=f"juki-net:{answer.reference}",
            four_attributes={"name": filer.name, "birth_date": filer.birth_date.isoformat()},
            detail={"source": link.name, "known": answer.known, "agrees": answer.agrees},
        )
    if not answer.known:
        raise Refusal(_("住基ネットに、この番号の人はいません。番号を確かめてください。"))
    if not answer.agrees:
        raise Refusal(_("番号の人と、申告の氏名・生年月日・性別が違います(住基ネット)。"))
    return {"reference": answer.reference, "source_name": link.name}


def _known_resident(filer: Person) -> bool:
    """Tell whether the number is a resident's: such a person is not looked up outside."""
    if not filer.personal_number:
        return False
    index = number_index(filer.personal_number)
    residents = Addressee.objects.filter(kind=Addressee.Kind.RESIDENT)
    return residents.filter(number_index=index, moved_out_on__isnull=True).exists()


def _resident(filer: Person, people: "QuerySet[Addressee]") -> Addressee:
    of = _of_number if filer.personal_number else _of_attributes
    person = of(filer, people)
    if person.kind != Addressee.Kind.RESIDENT:
        raise Refusal(_("この人は住民登録がありません。住基ネットで確認してください。"))
    return person


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


def line_of(lookup: dict[str, Any]) -> dict[str, Any]:
    """Return a look-up as the checks of a verification are kept (確認の記録): source and result."""
    words = {
        "agrees": _("番号と本人が一致"),
        "found_by_attributes": _("氏名・生年月日・性別で特定(番号の記載なし)"),
    }
    kind = _("住登内") if lookup.get("resident") else _("住登外")
    source = lookup.get("source_name") or SOURCES[lookup["source"]]
    said = [kind, source, words[lookup["result"]], lookup.get("reference", "")]
    return {"name": "paper_lookup", "ok": True, "detail": " ".join(part for part in said if part)}
