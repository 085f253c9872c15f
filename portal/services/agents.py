"""Opening a return for somebody else (代理人): under the resident's lock, so that a limit holds.

The portal knows no register: what is typed about the principal (本人) is compared with nothing,
so nobody can find out who lives where. The office confirms 代理権, the agent, and the number.
"""

import unicodedata
from datetime import date, datetime

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from filing.rules.agent import is_same_person
from portal.errors import PortalError
from portal.identity.person import identity_of
from portal.models import Draft, Resident
from portal.services.drafts import open_draft

# Enough for a family or a guardian's wards; who files for more does it as a profession.
MOST_PEOPLE = 10
CODE_LENGTH = 16


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
    holder = identity_of(resident)
    if holder and is_same_person(name, born, holder[1].name, holder[1].birth_date.isoformat()):
        raise PortalError(
            _("自分の申告は、代理人としてではなく、自分の申告としてはじめてください。")
        )
    whose = _whose(resident, name, born)
    with transaction.atomic():
        Resident.objects.select_for_update().get(pk=resident.pk)
        others = Draft.objects.filter(resident=resident, tax_year=tax_year).exclude(whose="")
        if others.exclude(whose=whose).count() >= MOST_PEOPLE:
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


def _whose(resident: Resident, name: str, birth_date: str) -> str:
    """Return the name in addresses: the same for this agent and person, to others nothing."""
    folded = "".join(unicodedata.normalize("NFKC", name).split())
    said = salted_hmac("portal.agents", f"{resident.pk}/{birth_date}/{folded}", algorithm="sha256")
    return said.hexdigest()[:CODE_LENGTH]
