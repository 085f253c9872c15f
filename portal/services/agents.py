"""Opening a return for somebody else (代理人): under the resident's lock, so that a limit holds.

The portal knows no register: what is typed about the principal (本人) is compared with nothing,
so nobody can find out who lives where. The office confirms 代理権, the agent, and the number.
"""

import unicodedata
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from filing.people import is_same_person
from portal.amending import newest_of
from portal.errors import PortalError
from portal.identity.person import identity_of
from portal.interview.flow import Step
from portal.interview.model import Situation, whose_of
from portal.models import Draft, Resident
from portal.services.drafts import ask_again, changing, open_draft

# Enough for a family or a guardian's wards; who files for more does it as a profession.
MOST_PEOPLE = 10
CODE_LENGTH = 16
AUTHORITY_PAGE = Step("principal", "authority")
HAS_ONE = _("この人の申告は、もう作っています。「出した申告」から、その申告を開いてください。")


def open_draft_for(
    resident: Resident,
    tax_year: str,
    *,
    name: str,
    birth_date: date,
    authority: str,
    purpose_version: str,
    by: str,
    now: datetime,
) -> Draft:
    """Return the resident's draft for this person and year, begun now where there is none yet.

    Raises PortalError where the person is the resident, or the resident acts for too many.
    """
    born = birth_date.isoformat()
    _refuse_oneself(resident, name, born)
    whose = _whose(resident, name, born)
    with transaction.atomic():
        Resident.objects.select_for_update().get(pk=resident.pk)
        others = _returns_of_others(resident, tax_year).exclude(whose=whose)
        _refuse_filed_under(others, whose)
        if others.count() >= MOST_PEOPLE:
            raise PortalError(
                _(
                    "1つの年度に代理で申告できるのは10人までです。"
                    "それより多いときは、市役所にお電話ください。"
                )
            )
        return open_draft(
            resident,
            tax_year,
            purpose_version=purpose_version,
            by=by,
            now=now,
            principal={
                "whose": whose,
                "name": name,
                "birth_date": born,
                "authority": authority,
            },
        )


def correct_principal(
    draft: Draft,
    *,
    name: str,
    birth_date: date,
    authority: str,
    version: int,
    by: str,
    now: datetime,
) -> Draft:
    """Correct for whom a return is made (本人) and by what right; its address follows the name.

    Raises PortalError where it was filed already, where the person is the agent, and where the
    agent has another return for the person who is named now.
    """
    resident, born = draft.resident, birth_date.isoformat()
    _refuse_oneself(resident, name, born)
    whose = _whose(resident, name, born)
    with transaction.atomic():
        Resident.objects.select_for_update().get(pk=resident.pk)
        _refuse_second(draft, whose)
        opened = changing(draft, version, by=by, action="draft.principal", now=now)
        with opened as (locked, content):
            said = content["principal"]
            _check_may_correct(content, name, born)
            if authority != said["authority"]:
                # Another right is shown by another paper.
                ask_again(content, AUTHORITY_PAGE)
            content["principal"] = said | {
                "whose": whose,
                "name": name,
                "birth_date": born,
                "authority": authority,
            }
            locked.whose = whose
            locked.save(update_fields=["whose"])
    return locked


def _refuse_oneself(resident: Resident, name: str, born: str) -> None:
    """Refuse the holder of the account, as far as the デジタル認証アプリ has told who that is."""
    holder = identity_of(resident)
    if holder and is_same_person(name, born, holder[1].name, holder[1].birth_date.isoformat()):
        raise PortalError(
            _("自分の申告は、代理人としてではなく、自分の申告としてはじめてください。")
        )


def _returns_of_others(resident: Resident, tax_year: str) -> QuerySet[Draft]:
    """Return the returns of a year that the resident makes as an agent."""
    return Draft.objects.filter(resident=resident, tax_year=tax_year).exclude(whose="")


def _refuse_second(draft: Draft, whose: str) -> None:
    """Refuse a person for whom the agent has another return than this one."""
    others = _returns_of_others(draft.resident, draft.tax_year).exclude(pk=draft.pk)
    if others.filter(whose=whose).exists():
        raise PortalError(HAS_ONE)
    _refuse_filed_under(others, whose)


def _refuse_filed_under(drafts: QuerySet[Draft], whose: str) -> None:
    """Refuse a person for whom one of these was filed that names another now.

    Giving the other up leads back to the person filed for, whose place must be free then.
    """
    reopened = drafts.filter(state=Draft.State.OPEN, submissions__isnull=False).distinct()
    if any(whose_of(newest_of(draft).content) == whose for draft in reopened):
        raise PortalError(HAS_ONE)


def _check_may_correct(content: dict[str, Any], name: str, born: str) -> None:
    """Refuse another person in an amended return, and the agent whose card was read."""
    if Situation(content, "").is_filed_again:
        raise PortalError(
            _("送った申告の本人は変えられません。その申告を取り下げて、新しく申告してください。")
        )
    card = content["card"]
    if card and is_same_person(name, born, card["name"], card["birth_date"]):
        raise PortalError(
            _(
                "読み取った代理人のカードと同じ人です。本人の名前と生まれた日を入力してください。"
                "自分の申告は、代理人としてではなく、自分の申告としてはじめてください。"
            )
        )


def _whose(resident: Resident, name: str, birth_date: str) -> str:
    """Return the name in addresses: the same for this agent and person, to others nothing."""
    folded = "".join(unicodedata.normalize("NFKC", name).split())
    said = salted_hmac("portal.agents", f"{resident.pk}/{birth_date}/{folded}", algorithm="sha256")
    return said.hexdigest()[:CODE_LENGTH]
