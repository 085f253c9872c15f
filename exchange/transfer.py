"""The connections, always opened from the more trusted side, to the addresses in settings only."""

import json
import logging
import threading
from datetime import datetime
from typing import Any

import requests
from django.conf import settings

from exchange import keys, outbox
from exchange.errors import PeerError, Refused
from exchange.inbox import arrive
from exchange.protocol import dump, load
from signing import body_digest, sign_assertion

logger = logging.getLogger(__name__)
TIMEOUT = (3, 10)
MAX_ANSWER_BYTES = 128_000_000
_local = threading.local()


def pull(peer: str, now: datetime) -> int:
    """Fetch what a peer holds for us, store it, and send back our receipts; return how many."""
    url = settings.EXCHANGE["pulls_from"][peer]
    receipts = []
    for envelope in load(_call(peer, url, "pull", b"", now)):
        try:
            receipts.append(arrive(envelope, source=peer, now=now))
        except Refused as error:
            # The peer keeps it and reports it as undelivered; the rest of the batch goes on.
            logger.error("envelope %s from %s refused: %s", envelope.id, peer, error.code)
    if receipts:
        _call(peer, url, "ack", json.dumps({"receipts": receipts}).encode(), now)
    return len(receipts)


def push(peer: str, now: datetime) -> int:
    """Hand a peer what is due for its side; return how many it has receipted."""
    url = settings.EXCHANGE["pushes_to"][peer]
    claimed = outbox.claim(_destinations(), now=now)
    if not claimed:
        return 0
    try:
        answer = json.loads(_call(peer, url, "push", dump(claimed), now))
        refused = dict(answer["refused"])
        done = outbox.hand_over(answer["receipts"], to=peer, now=now)
    except (PeerError, ValueError, KeyError, TypeError) as error:
        outbox.release(claimed, f"peer: {error}"[:80], now=now, permanent=False)
        raise PeerError(str(error)) from error
    for message in claimed:
        if str(message.pk) in refused:
            outbox.release([message], refused[str(message.pk)], now=now, permanent=True)
    return done


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
    return content


def _bounded(answer: requests.Response) -> bytes:
    chunks, size = [], 0
    for chunk in answer.iter_content(65_536):
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise PeerError("answer too large")
        chunks.append(chunk)
    return b"".join(chunks)


def _session() -> Any:
    """Return this thread's kept-open connection; the proxies of the machine are not used."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.trust_env = False
    return _local.session
