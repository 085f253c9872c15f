"""Actors (操作者): every write names one, and so does every look at a person."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest

from review.staff.models import StaffMember
from review.staff.roles import Role


@dataclass(frozen=True)
class Actor:
    """Who acts, from which 部署 and 端末; `member` is None for a batch.

    `procedures` names for a role the procedures (手続) that it covers; all where it names none.
    """

    id: str
    department: str
    terminal: str
    roles: frozenset[str]
    member: StaffMember | None = None
    procedures: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def roles_in(self, procedure: str) -> frozenset[str]:
        """Return the roles that count for a procedure: a right for another one does not."""
        everywhere = frozenset({""})
        return frozenset(
            role
            for role in self.roles
            if not self.procedures.get(role, everywhere).isdisjoint({"", procedure})
        )


def batch(name: str) -> Actor:
    """Return the actor of a program (自動処理), for example batch("purge")."""
    return Actor(
        id=f"batch:{name}",
        department="システム",
        terminal=socket.gethostname(),
        roles=frozenset({Role.BATCH.value}),
    )


def person(member: StaffMember, terminal: str) -> Actor:
    """Return the actor of a staff member at a terminal."""
    return Actor(
        id=member.number,
        department=member.department,
        terminal=terminal,
        roles=member.roles,
        member=member,
        procedures=member.procedures,
    )


def terminal_of(request: HttpRequest) -> str:
    """Return the terminal (端末): the peer's address. Headers that a client sets do not count."""
    return str(request.META.get("REMOTE_ADDR") or "unknown")
