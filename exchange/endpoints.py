"""The exchange endpoint: four verbs for one peer, nothing for anybody else.

Exempt from CSRF on purpose: there is no cookie to ride on; every request proves who speaks by a
signed assertion that is bound to its body and used once.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from exchange import alarms, contacts, keys, outbox, reconcile
from exchange.arrival import arrive_all
from exchange.errors import Refused
from exchange.models import SeenAssertion
from exchange.protocol import MAX_BATCH_BYTES, dump, load, read_outcome
from signing import Assertion, AssertionRefused, body_digest, check_assertion

logger = logging.getLogger(__name__)
Verb = Callable[[str, bytes, datetime], HttpResponse]
MAX_ACK_BYTES = 1_000_000
MAX_JTI = 64
MAX_QUESTION_BYTES = 200
FORGOTTEN_AT_ONCE = 20


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
    return _serve(request, "pulled_by", _pull, most=0)


@csrf_exempt
@require_POST
def ack(request: HttpRequest) -> HttpResponse:
    """Take the peer's receipts for what it pulled."""
    return _serve(request, "pulled_by", _ack, most=MAX_ACK_BYTES)


@csrf_exempt
@require_POST
def push(request: HttpRequest) -> HttpResponse:
    """Take what the peer brings and answer with receipts."""
    return _serve(request, "accepts_from", _push, most=2 * MAX_BATCH_BYTES)


@csrf_exempt
@require_POST
def account(request: HttpRequest) -> HttpResponse:
    """Give the peer the ids and digests that this zone and those behind it know."""
    return _serve(request, "pulled_by", _account, most=MAX_QUESTION_BYTES)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give a monitor the counts and ages of this zone's hops; no ids, nobody's data."""
    return HttpResponse(alarms.metrics(timezone.now()), content_type="text/plain; version=0.0.4")


def _serve(request: HttpRequest, right: str, verb: Verb, *, most: int) -> HttpResponse:
    now = timezone.now()
    # Read past Django's limit for forms, which is far below a batch, and never past our own.
    body = request.read(most + 1)
    if len(body) > most:
        return _refuse(413, "too_large")
    try:
        peer = _authenticate(request, body, settings.EXCHANGE.get(right, ()), now)
    except AssertionRefused as error:
        logger.warning("a request to %s was refused: %s", request.path, error.code)
        return _refuse(401, error.code)
    contacts.note(peer, now=now)
    try:
        return verb(peer, body, now)
    except Refused as error:
        logger.warning("%s of %s was refused: %s", request.path, peer, error.code)
        return _refuse(400, error.code)


def _pull(peer: str, body: bytes, now: datetime) -> HttpResponse:
    claimed = outbox.claim(_far_side(peer), now=now)
    return HttpResponse(dump(claimed), content_type="application/x-ndjson")


def _ack(peer: str, body: bytes, now: datetime) -> HttpResponse:
    receipts, refused = read_outcome(body)
    outbox.refuse(refused, destinations=_far_side(peer), now=now)
    return JsonResponse({"handed_over": outbox.hand_over(receipts, to=peer, now=now)})


def _push(peer: str, body: bytes, now: datetime) -> HttpResponse:
    came = arrive_all(load(body), source=peer, now=now)
    return JsonResponse({"receipts": came.receipts, "refused": came.refused})


def _account(peer: str, body: bytes, now: datetime) -> HttpResponse:
    found = reconcile.accounts(since=reconcile.read_question(body), now=now)
    return JsonResponse({"accounts": found.accounts, "unreachable": found.unreachable})


def _far_side(peer: str) -> list[str]:
    """Return whose messages a peer may fetch: its own from a relay, its far side's from others."""
    return [peer] if settings.EXCHANGE.get("forwards") else list(settings.EXCHANGE["sends_to"])


def _authenticate(request: HttpRequest, body: bytes, peers: Collection[str], now: datetime) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise AssertionRefused("missing")
    assertion = _check(token, body, peers, now)
    if len(assertion.jti) > MAX_JTI:
        raise AssertionRefused("malformed")
    forget_assertions(now)
    try:
        with transaction.atomic():
            SeenAssertion.objects.create(jti=assertion.jti, expires_at=assertion.expires_at)
    except IntegrityError as error:
        raise AssertionRefused("replayed") from error
    return assertion.issuer


def forget_assertions(now: datetime) -> None:
    """Forget a few assertions that have expired: each request clears up after the last ones.

    Expired ones are refused as stale, so the table need not remember them. Rows that another
    request is clearing are left to it.
    """
    with transaction.atomic():
        expired = SeenAssertion.objects.select_for_update(skip_locked=True).filter(
            expires_at__lt=now
        )
        jtis = list(expired.values_list("jti", flat=True)[:FORGOTTEN_AT_ONCE])
        if jtis:
            SeenAssertion.objects.filter(jti__in=jtis).delete()


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
