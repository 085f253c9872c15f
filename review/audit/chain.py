"""The chain (連鎖ハッシュ): what an entry's hash covers, and how a break is found.

hash = SHA-256(hash of the entry before + SHA-256 of the canonical payload). Entries are erased from
the beginning only; where the log begins since, and with which hash, stands in `ErasedLog`.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from review.audit.models import AuditEvent, ErasedLog

GENESIS = "0" * 64


@dataclass(frozen=True)
class Broken:
    """The first entry that does not fit (最初の不整合)."""

    position: int
    problem: str


@dataclass(frozen=True)
class ChainState:
    """What a walk of the chain found: entries read, the head's hash, the first break if any."""

    entries: int
    head: str
    broken: Broken | None


def payload_hash(event: AuditEvent) -> str:
    """Return the digest of everything that the entry says."""
    payload: dict[str, Any] = {
        "at": event.at.isoformat(timespec="microseconds"),
        "position": event.position,
        "four_attributes": event.four_attributes,
        "detail": event.detail,
    }
    names = ("actor", "department", "terminal", "reason", "addressee_number", "action", "subject")
    payload |= {name: getattr(event, name) for name in names}
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def chain_hash(previous: str, payload: str) -> str:
    return hashlib.sha256(f"{previous}{payload}".encode()).hexdigest()


def beginning(using: str = "default") -> tuple[int, str]:
    """Return the position and hash that the log's first entry follows."""
    erased = ErasedLog.objects.using(using).first()
    return (erased.position, erased.hash) if erased else (0, GENESIS)


def walk(events: Iterable[AuditEvent], after: tuple[int, str] = (0, GENESIS)) -> ChainState:
    """Read the chain in order from what `beginning` says; stop at the first that does not fit."""
    position, head = after
    for event in events:
        problem = problem_of(event, head, position)
        if problem:
            return ChainState(position, head, Broken(event.position, problem))
        head, position = event.hash, event.position
    return ChainState(position, head, None)


def problem_of(event: AuditEvent, head: str, position: int) -> str:
    """Return what is wrong with an entry that should follow this one; empty where nothing is."""
    if event.position != position + 1:
        return f"entry {position + 1} is missing"
    if event.previous_hash != head:
        return "does not follow the entry before it"
    if event.payload_hash != payload_hash(event):
        return "content was changed"
    if event.hash != chain_hash(head, event.payload_hash):
        return "hash was changed"
    return ""
