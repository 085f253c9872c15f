"""What the case page shows of an agent (代理人の表示): who, by what right, what is confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from filing import Return, load_form
from review.agency.services import checks_of, ways
from review.cases.models import Case


@dataclass(frozen=True)
class CheckLine:
    """One of the three checks as a line of the page."""

    label: str
    way: str | Promise
    by: str
    at: datetime | None


@dataclass(frozen=True)
class Agency:
    """The agent of a case and the checks; `name` is empty where the return cannot be read."""

    name: str
    authority: str
    checks: list[CheckLine]


def agency_of(case: Case, document: Return | None) -> Agency | None:
    """Return the agent of a case, None where the filer acted in person."""
    agent = document.agent if document else {}
    checks = checks_of(case)
    if not agent and not checks:
        return None
    lines = [
        CheckLine(
            label=check.get_kind_display(),
            way=ways(check.kind).get(check.way, check.way),
            by=check.by.name if check.by else "",
            at=check.at,
        )
        for check in checks
    ]
    return Agency(agent.get("name", ""), _authority(case.tax_year, agent), lines)


def _authority(tax_year: str, agent: Mapping[str, str]) -> str:
    items = load_form(tax_year).group("agent").items
    choices = next(item.choices for item in items if item.code == "authority")
    return choices.get(agent.get("authority", ""), "")
