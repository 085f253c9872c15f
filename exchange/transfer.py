"""The connections, always opened from the more trusted side, to the addresses in settings only."""

import contextlib
import json
import threading
import time
from datetime import datetime
from typing import Any

import requests
from django.conf import settings

from exchange import contacts, keys, outbox
from exchange.arrival import arrive_all
from exchange.errors import PeerError, Refused
from exchange.protocol import dump, load, read_outcome
from signing import body_digest, sign_assertion

TIMEOUT = (3, 10)
# An answer that drips in is given up while the rows are still ours.
WHOLE_ANSWER_SECONDS = 20
MAX_ANSWER_BYTES = 128_000_000
_local = threading.local()


def pull(peer: str, now: datetime) -> int:
    """Fetch what a peer holds for us, store it, and send back our receipts; return how many.

    What we refuse is named to the peer, where it goes to a person instead of coming again.
    """
    url = settings.EXCHANGE["pulls_from"][peer]
    try:
        envelopes = load(_call(peer, url, "pull", b"", now))
    except Refused as error:
        raise PeerError(f"pull brought {error.code}") from error
    came = arrive_all(envelopes, source=peer, now=now)
    if came.receipts or came.refused:
        answer = {"receipts": came.receipts, "refused": came.refused}
        _call(peer, url, "ack", json.dumps(answer).encode(), now)
    return len(came.receipts)


def push(peer: str, now: datetime) -> int:
    """Hand a peer what is due for its side; return how many have left.

    Each message counts for itself: taken, refused for good, or not mentioned and tried again.
    Raises PeerError where the peer as a whole did not answer; then all of them wait for it.
    """
    url = settings.EXCHANGE["pushes_to"][peer]
    claimed = outbox.claim(_destinations(), now=now)
    if not claimed:
        return 0
    try:
        receipts, refused = read_outcome(_call(peer, url, "push", dump(claimed), now))
    except (PeerError, Refused) as error:
        outbox.unreachable(claimed, str(error), now=now)
        raise PeerError(str(error)) from error
    with contextlib.suppress(Refused):
        # Logged there; a message whose receipt does not hold has not been taken.
        outbox.hand_over(receipts, to=peer, now=now)
    outbox.refuse(refused, destinations=_destinations(), now=now)
    outbox.not_taken(claimed, now=now)
    return outbox.count_handed_over(claimed)


def ask_for_accounts(peer: str, question: bytes, now: datetime) -> bytes:
    """Ask a peer that we pull from for its account of ids and digests (see exchange.reconcile)."""
    return _call(peer, settings.EXCHANGE["pulls_from"][peer], "account", question, now)


def _destinations() -> list[str]:
    """Return whose messages leave by push: those for the zone on the far side of our peer."""
    if settings.EXCHANGE.get("forwards"):
        return list(settings.EXCHANGE["pushes_to"])
    return list(settings.EXCHANGE["sends_to"])


def _call(peer: str, base: str, verb: str, body: bytes, now: datetime) -> bytes:
    token = sign_assertion(
        issuer=settings.EXCHANGE["zone"],
        audience=peer,
        key=keys.own_signing_key(),
        now=now,
        body_sha256=body_digest(body),
    )
    try:
        answer = _session().post(
            f"{base}/exchange/v1/{verb}",
            data=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        )
        with answer:
            content = _bounded(answer)
    except requests.RequestException as error:
        raise PeerError(type(error).__name__) from error
    if answer.status_code != 200:
        raise PeerError(f"{verb} answered {answer.status_code}")
    contacts.note(peer, now=now)
    return content


def _bounded(answer: requests.Response) -> bytes:
    chunks, size = [], 0
    end = time.monotonic() + WHOLE_ANSWER_SECONDS
    for chunk in answer.iter_content(65_536):
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise PeerError("answer too large")
        if time.monotonic() > end:
            raise PeerError("answer too slow")
        chunks.append(chunk)
    return b"".join(chunks)


def _session() -> Any:
    """Return this thread's kept-open connection; the proxies of the machine are not used.

    Over HTTPS this zone shows its certificate and trusts the authority of its peers alone.
    """
    tls = settings.EXCHANGE.get("tls")
    if getattr(_local, "tls", False) != tls:
        _local.session, _local.tls = requests.Session(), tls
        _local.session.trust_env = False
        if tls:
            _local.session.cert = (tls["certificate"], tls["key"])
            _local.session.verify = tls["authority"]
    return _local.session
