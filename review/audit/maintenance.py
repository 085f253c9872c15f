"""Sessions of contractors (保守作業の記録): log-in, work orders, operations and log-out (LOG-09).

Everything comes out of the log: a session is what lies between a log-in and what ended it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from review.audit.models import AuditEvent
from review.staff.grants import RoleGrant
from review.staff.roles import Role

SHOWN_FOR = timedelta(days=92)
MOST = 5_000
OPERATED = "maintenance.operated"
_SESSION = ("login", "logout", "purpose.given", OPERATED)


@dataclass
class Session:
    """A contractor's session (作業): from when to when, under which orders, and what was done."""

    actor: str
    terminal: str
    began_at: datetime
    ended_at: datetime | None = None
    ended_how: str = ""
    orders: list[str] = field(default_factory=list)
    operations: list[AuditEvent] = field(default_factory=list)


def contractors() -> set[str]:
    """Return the 職員番号 of everybody who ever had a contractor's right."""
    grants = RoleGrant.objects.filter(role=Role.CONTRACTOR)
    return set(grants.values_list("member__number", flat=True))


def sessions(*, now: datetime) -> list[Session]:
    """Return the sessions of contractors in the last months, the latest first."""
    numbers = contractors()
    ended = Q(action="logout", subject__in=[f"staff:{number}" for number in numbers])
    events = AuditEvent.objects.filter(Q(actor__in=numbers, action__in=_SESSION) | ended)
    latest = events.filter(at__gte=now - SHOWN_FOR).order_by("-position")[:MOST]
    return list(_sessions(reversed(latest)))[::-1]


def operations_at_intermediary(*, now: datetime) -> list[AuditEvent]:
    """Return what was done at 中間サーバー in the last months, the latest first."""
    events = AuditEvent.objects.filter(action__startswith="intermediary.")
    return list(events.filter(at__gte=now - SHOWN_FOR).order_by("-position")[:MOST])


def _sessions(events: Iterator[AuditEvent]) -> Iterator[Session]:
    open_: dict[str, Session] = {}
    for event in events:
        who = event.subject.removeprefix("staff:") if event.action == "logout" else ""
        who = who or event.actor
        if event.action == "login":
            open_[who] = Session(who, event.terminal, event.at)
            yield open_[who]
        elif who in open_:
            _add(open_[who], event)


def _add(session: Session, event: AuditEvent) -> None:
    if event.action == "logout":
        session.ended_at = session.ended_at or event.at
        session.ended_how = session.ended_how or event.detail.get("why", "")
    elif event.action == OPERATED:
        session.operations.append(event)
    else:
        session.orders.append(event.reason)
