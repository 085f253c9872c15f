"""Hostile callers, and a hostile peer: one of the zones in the hands of somebody else."""

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import requests

from chaos import account
from chaos.stack import Stack
from signing import body_digest, sign_assertion, sign_receipt
from signing.keys import PrivateKey, generate_signing_key

DOORS = {"exchange": ("portal", "relay"), "relay": ("relay", "review")}
VERBS = ("pull", "push", "ack", "account")
PATIENCE_SECONDS = 30
# Too long a header is refused by the server itself (431).
OVERSIZE = {401, 413, 431}


def callers(stack: Stack, seconds: float) -> None:
    """Strangers, other audiences, other bodies, no token, oversize, replays: refusals for all."""
    stranger = generate_signing_key("stranger")
    for name, (zone, peer) in DOORS.items():
        key, now = stack.signing_key(peer), datetime.now(UTC)
        tokens = {
            "none": "",
            "stranger": sign_assertion(issuer=peer, audience=zone, key=stranger, now=now),
            "other audience": sign_assertion(issuer=peer, audience="else", key=key, now=now),
            "other body": sign_assertion(
                issuer=peer, audience=zone, key=key, now=now, body_sha256="0" * 64
            ),
        }
        for verb in VERBS:
            for what, token in tokens.items():
                _expect(stack, name, verb, token, b"{}", {401, 413}, what)
            _expect(stack, name, verb, "x" * 20_000, b"\xff" * 1_000_000, OVERSIZE, "oversize")
        once = _token(stack, name, b"{}", key)
        _expect(stack, name, "ack", once, b"{}", {400}, "not an answer")
        _expect(stack, name, "ack", once, b"{}", {401}, "replayed")


def peer(stack: Stack, seconds: float) -> None:
    """A peer with its own good key brings what it likes: refused by code, or put aside unopened."""
    for name, (zone, caller) in DOORS.items():
        door = _Door(stack, name, stack.signing_key(caller))
        door.ask("push", b"{]", 400, {"error": "malformed"})
        door.ask("ack", b"[1]", 400, {"error": "malformed"})
        far = {"portal": "portal", "relay": "portal"}[zone]
        for envelope, code in (
            (_envelope(far, size=1), "wrong_size"),
            (_envelope(far, sha256="0" * 64), "wrong_digest"),
            (_envelope("elsewhere"), "wrong_destination"),
        ):
            refused = {"receipts": [], "refused": {envelope["id"]: code}}
            door.ask("push", _line(envelope), 200, refused)
        _forged_receipts(stack, door, caller)
        forged = _envelope(far)
        door.ask("push", _line(forged), 200, None)
        stack.forged.add(str(forged["id"]))
    _wait_until_put_aside(stack)


@dataclass(frozen=True)
class _Door:
    """One zone's endpoint, and the key of the peer that it trusts."""

    stack: Stack
    name: str
    key: PrivateKey

    def ask(self, verb: str, body: bytes, status: int, expected: object) -> None:
        """Ask as the peer would; AssertionError where the answer is another one."""
        token = _token(self.stack, self.name, body, self.key)
        answer = _post(self.stack, self.name, verb, token, body)
        if answer.status_code != status or expected not in (None, answer.json()):
            raise AssertionError(f"{self.name}/{verb} answered {answer.status_code} {answer.text}")


def _forged_receipts(stack: Stack, door: _Door, caller: str) -> None:
    """Receipts by a stranger, for other bytes, and for what was never sent move nothing."""
    zone, _ = DOORS[door.name]
    rows = account.rows(stack, zone, "SELECT id::text FROM exchange_outboxmessage LIMIT 1")
    known = rows[0][0] if rows else str(uuid4())
    for key, message_id, code in (
        (generate_signing_key("stranger"), known, "bad_receipt"),
        (door.key, known, "receipt_digest_differs"),
        (door.key, str(uuid4()), "receipt_digest_differs"),
    ):
        claims = {"message_id": message_id, "sha256": "0" * 64, "zone": caller}
        body = json.dumps({"receipts": [sign_receipt(claims, key=key)], "refused": {}}).encode()
        door.ask("ack", body, 400, {"error": code})


def _wait_until_put_aside(stack: Stack) -> None:
    """What was forged well enough to be stored is put aside by the portal, and never opened."""
    query = "SELECT id::text, last_error FROM exchange_inboxmessage WHERE state = 'needs_person'"
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        aside = dict(account.rows(stack, "portal", query))
        if stack.forged <= aside.keys():
            wrong = {aside[one] for one in stack.forged} - {"malformed"}
            if wrong:
                raise AssertionError(f"forged messages were put aside as {wrong}")
            return
        time.sleep(0.5)
    raise AssertionError("forged messages were not put aside")


def _envelope(destination: str, **other: object) -> dict[str, object]:
    sealed = f"{uuid4().hex}.{uuid4().hex}.{uuid4().hex}"
    return {
        "id": str(uuid4()),
        "destination": destination,
        "size": len(sealed),
        "sha256": hashlib.sha256(sealed.encode()).hexdigest(),
        "created_at": datetime.now(UTC).isoformat(),
        "sealed": sealed,
        **other,
    }


def _line(envelope: dict[str, object]) -> bytes:
    return json.dumps(envelope).encode() + b"\n"


def _token(stack: Stack, name: str, body: bytes, key: PrivateKey) -> str:
    zone, caller = DOORS[name]
    return sign_assertion(
        issuer=caller,
        audience=zone,
        key=key,
        now=datetime.now(UTC) + stack.ahead,
        body_sha256=body_digest(body),
    )


def _expect(
    stack: Stack, name: str, verb: str, token: str, body: bytes, statuses: set[int], what: str
) -> None:
    answer = _post(stack, name, verb, token, body)
    if answer.status_code not in statuses:
        raise AssertionError(f"{name}/{verb} answered {what} with {answer.status_code}")


def _post(stack: Stack, name: str, verb: str, token: str, body: bytes) -> requests.Response:
    return requests.post(
        f"{stack.home.url(name)}/exchange/v1/{verb}",
        data=body,
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
