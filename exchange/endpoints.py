"""The exchange endpoint: three verbs for one peer, nothing for anybody else.

Exempt from CSRF on purpose: there is no cookie to ride on; every request proves who speaks by a
signed assertion that is bound to its body and used once.
"""

import json
import logging
from collections.abc import Callable, Collection
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from exchange import keys, outbox
from exchange.errors import Refused
from exchange.inbox import arrive
from exchange.models import SeenAssertion
from exchange.protocol import BATCH, MAX_BATCH_BYTES, dump, load
from signing import Assertion, AssertionRefused, body_digest, check_assertion

logger = logging.getLogger(__name__)
Verb = Callable[[str, bytes, datetime], HttpResponse]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell a monitor whether this endpoint reaches its database; nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@csrf_exempt
@require_POST
def pull(request: HttpRequest) -> HttpResponse:
    """Give the peer what is due for its side."""
    return _serve(request, "pulled_by", _pull)


@csrf_exempt
@require_POST
def ack(request: HttpRequest) -> HttpResponse:
    """Take the peer's receipts for what it pulled."""
    return _serve(request, "pulled_by", _ack)


@csrf_exempt
@require_POST
def push(request: HttpRequest) -> HttpResponse:
    """Take what the peer brings and answer with receipts."""
    return _serve(request, "accepts_from", _push)


def _serve(request: HttpRequest, right: str, verb: Verb) -> HttpResponse:
    now = timezone.now()
    if int(request.META.get("CONTENT_LENGTH") or 0) > 2 * MAX_BATCH_BYTES:
        return _refuse(413, "too_large")
    body = request.body
    try:
        peer = _authenticate(request, body, settings.EXCHANGE.get(right, ()), now)
    except AssertionRefused as error:
        logger.warning("a request to %s was refused: %s", request.path, error.code)
        return _refuse(401, error.code)
    try:
        return verb(peer, body, now)
    except Refused as error:
        logger.warning("%s of %s was refused: %s", request.path, peer, error.code)
        return _refuse(400, error.code)


def _pull(peer: str, body: bytes, now: datetime) -> HttpResponse:
    far_side = [peer] if settings.EXCHANGE.get("forwards") else settings.EXCHANGE["sends_to"]
    claimed = outbox.claim(far_side, now=now)
    return HttpResponse(dump(claimed), content_type="application/x-ndjson")


def _ack(peer: str, body: bytes, now: datetime) -> HttpResponse:
    try:
        tokens = [str(token) for token in json.loads(body)["receipts"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("malformed") from error
    if len(tokens) > BATCH:
        raise Refused("too_large")
    return JsonResponse({"handed_over": outbox.hand_over(tokens, to=peer, now=now)})


def _push(peer: str, body: bytes, now: datetime) -> HttpResponse:
    receipts, refused = [], {}
    for envelope in load(body):
        try:
            receipts.append(arrive(envelope, source=peer, now=now))
        except Refused as error:
            logger.error("envelope %s from %s refused: %s", envelope.id, peer, error.code)
            refused[str(envelope.id)] = error.code
    return JsonResponse({"receipts": receipts, "refused": refused})


def _authenticate(request: HttpRequest, body: bytes, peers: Collection[str], now: datetime) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise AssertionRefused("missing")
    assertion = _check(token, body, peers, now)
    try:
        with transaction.atomic():
            SeenAssertion.objects.create(jti=assertion.jti, expires_at=assertion.expires_at)
    except IntegrityError as error:
        raise AssertionRefused("replayed") from error
    return assertion.issuer


def _check(token: str, body: bytes, peers: Collection[str], now: datetime) -> Assertion:
    refusal = AssertionRefused("unknown_issuer")
    for peer in peers:
        try:
            return check_assertion(
                token,
                audience=settings.EXCHANGE["zone"],
                senders=keys.signing_keys_of(peer),
                issuers=[peer],
                now=now,
                body_sha256=body_digest(body),
            )
        except AssertionRefused as error:
            refusal = error
    raise refusal


def _refuse(status: int, code: str) -> HttpResponse:
    return JsonResponse({"error": code}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refuse(404, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    return _refuse(500, "internal")
