"""Signing (電子署名): the server makes the document, the card signs, the server verifies."""

import base64
import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import filing
import signing
from config.context import load_municipality_file
from config.translations.said import say
from filing import Return
from portal.errors import DraftClosed, SigningRefused, StaleDraft
from portal.identity.person import identity_of, is_person
from portal.interview import payload
from portal.interview.flow import unfinished
from portal.models import Draft, PinFailures, PreparedSignature, Resident
from portal.papers.queries import fingerprint, missing_proof, open_papers
from portal.papers.services import check_sendable
from portal.revocation import revocation_source
from portal.services.drafts import situation_of
from portal.services.events import record
from portal.years import check_open
from signing import xades
from signing.certificates import read_attributes
from signing.texts import same_text

logger = logging.getLogger(__name__)
PREPARED_FOR = timedelta(minutes=30)
PIN_TRIES = 5


@dataclass(frozen=True)
class SignedReturn:
    """A signed return that has been verified: the only thing that `submit` takes."""

    xml: bytes
    document: Return
    draft_version: int
    certificate_sha256: str
    # The papers that the resident saw when signing; others are not sent with it.
    papers: tuple[str, ...] = ()


def prepare(
    draft: Draft, certificate: bytes, *, version: int, by: str, now: datetime
) -> tuple[PreparedSignature, xades.Prepared]:
    """Write the return, bind it to a fresh challenge, and keep it until the signature comes."""
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        _check_ready(locked, version)
        check_open(locked.tax_year, locked.content, timezone.localdate(now))
        _check_card(locked, certificate)
        papers = open_papers(locked)
        check_sendable(papers)
        if missing := missing_proof(locked, situation_of(locked)):
            raise SigningRefused(missing)
        document = document_of(locked, challenge=secrets.token_hex(16), now=now)
        if any(problem.level == "error" for problem in filing.validate(document)):
            raise SigningRefused(_("直すところが残っています。「内容の確認」に戻ってください。"))
        prepared = xades.prepare(filing.write_xml(document), certificate, signing_time=now)
        PreparedSignature.objects.filter(draft=locked).delete()
        row = PreparedSignature(draft=locked, draft_version=locked.version, created_at=now)
        row.content = {
            "prepared": prepared.dump(),
            "challenge": document.challenge,
            "papers": fingerprint(papers),
        }
        row.save()
        record(by=by, action="sign.prepare", subject=f"draft:{locked.pk}", now=now)
    return row, prepared


def document_of(draft: Draft, *, challenge: str, now: datetime) -> Return:
    """Return the draft as the document that would be filed now."""
    return payload.to_return(
        situation_of(draft),
        filing_id=str(draft.filing_id),
        challenge=challenge,
        prepared_on=timezone.localdate(now),
        purpose_version=draft.purpose_version,
        municipality_code=load_municipality_file(settings.MUNICIPALITY_FILE)["code"],
    )


def complete(draft: Draft, prepared_id: UUID, signature: bytes, *, now: datetime) -> SignedReturn:
    """Put the card's signature into the document and verify the whole. Stores nothing."""
    row = PreparedSignature.objects.filter(pk=prepared_id, draft=draft).first()
    if row is None or now - row.created_at > PREPARED_FOR or row.draft_version != draft.version:
        raise SigningRefused(
            _("署名の準備から時間がたったか、内容が変わりました。もう一度署名してください。"),
            reason="PREPARED_EXPIRED",
        )
    prepared = xades.Prepared.load(row.content["prepared"])
    try:
        xml = xades.assemble(prepared, signature)
        verified = _verify(xml, draft, row.content["challenge"], now)
    except signing.VerificationError as error:
        logger.warning("a signature was refused: %s", error.reason)
        raise SigningRefused(say(error.message_ja), reason=error.reason) from error
    return SignedReturn(
        xml=xml,
        document=filing.read_xml(xml),
        draft_version=row.draft_version,
        certificate_sha256=hashlib.sha256(verified.certificate_der).hexdigest(),
        papers=tuple(row.content["papers"]),
    )


def _verify(xml: bytes, draft: Draft, challenge: str, now: datetime) -> signing.Verified:
    card = situation_of(draft).card
    policy = signing.Policy.from_directory(
        settings.ANCHORS_DIR, policy_oid=settings.CERTIFICATE_POLICY, allow_demo=settings.DEMO
    )
    binding = signing.Binding(
        name=card["name"],
        birth_date=date.fromisoformat(card["birth_date"]),
        # An agent's is not kept, as the return does not say it.
        sex=card.get("sex"),
        address=card["address"],
        filing_id=str(draft.filing_id),
        challenge=challenge,
        canonical_sha256=None,
        received_at=now,
    )
    return signing.verify(
        xml,
        policy=policy,
        at=now,
        revocation=revocation_source(),
        schema=filing.schema(draft.tax_year),
        binding=binding,
    )


def count_wrong_pin(draft: Draft, certificate: bytes, *, by: str, now: datetime) -> int:
    """Count a wrong signing PIN that the page reports; return how many tries are left.

    Only of the card that was read: whatever else is sent leaves no row.
    """
    if certificate != certificate_of(draft):
        raise _another_card()
    resident = draft.resident
    fingerprint = hashlib.sha256(certificate).hexdigest()
    with transaction.atomic():
        PinFailures.objects.bulk_create(
            [PinFailures(resident=resident, certificate_sha256=fingerprint, changed_at=now)],
            ignore_conflicts=True,
        )
        row = PinFailures.objects.select_for_update().get(
            resident=resident, certificate_sha256=fingerprint
        )
        row.count = min(row.count + 1, PIN_TRIES)
        row.changed_at = now
        row.save(update_fields=["count", "changed_at"])
        record(by=by, action="sign.wrong_pin", subject=by, now=now, count=row.count)
    return PIN_TRIES - row.count


def tries_left(resident: Resident, certificate_sha256: str) -> int:
    """Return how many wrong signing PINs the card still bears with this resident."""
    row = PinFailures.objects.filter(
        resident=resident, certificate_sha256=certificate_sha256
    ).first()
    return PIN_TRIES - (row.count if row else 0)


def _check_ready(draft: Draft, version: int) -> None:
    if draft.state != Draft.State.OPEN:
        raise DraftClosed(_("この申告はもう送信されています。内容は「出した申告」で見られます。"))
    if draft.version != version:
        raise StaleDraft(
            _("別の画面で内容が変わっています。「内容の確認」からやり直してください。")
        )
    situation = situation_of(draft)
    # Of an agent's card nothing stands in the return's checks by which a missing read would show.
    unread = situation.principal and not situation.card_is_read
    if unfinished(situation) or not situation.parties_are_known or unread:
        raise SigningRefused(
            _("まだ入力していないところがあります。「内容の確認」に戻ってください。")
        )


def certificate_of(draft: Draft) -> bytes:
    """Return the certificate of the card that was read; SigningRefused where it is not known."""
    kept = situation_of(draft).card.get("certificate")
    if not kept:
        raise SigningRefused(
            _("カードをもう一度読み取ってください。「内容の確認」から読み取れます。")
        )
    return base64.b64decode(kept)


def check_signer(draft: Draft, certificate: bytes) -> None:
    """Refuse a signature by another card than the one that was prepared for, and say which."""
    _check_card(draft, certificate)
    if certificate != certificate_of(draft):
        raise _another_card()


def _another_card() -> SigningRefused:
    return SigningRefused(
        _("はじめに読み取ったカードとちがいます。カードをもう一度読み取ってください。"),
        reason="ANOTHER_CERTIFICATE",
    )


def _check_card(draft: Draft, certificate: bytes) -> None:
    """Refuse a card that is locked, or that is not the one whose holder files."""
    card = situation_of(draft).card
    try:
        said = read_attributes(certificate)
    except signing.VerificationError as error:
        raise SigningRefused(
            _("カードの電子証明書を読み取れませんでした。カードをもう一度読み取ってください。")
        ) from error
    same_person = (
        same_text(said.name, said.name_flags, card["name"])
        and card["birth_date"] == said.birth_date.isoformat()
    )
    if not same_person:
        raise SigningRefused(
            _(
                "はじめに読み取った人のカードではありません。はじめに読み取ったカードで署名してください。"
            )
        )
    holder = identity_of(draft.resident)
    if holder and not is_person(holder[1], said):
        raise SigningRefused(
            _("ログインした人のカードではありません。本人のカードで署名してください。"),
            reason="ANOTHER_PERSON",
        )
    if tries_left(draft.resident, hashlib.sha256(certificate).hexdigest()) == 0:
        raise SigningRefused(
            _(
                "暗証番号を5回まちがえたため、このカードでは署名できません。区役所の窓口で解除してください。"
            )
        )


def decode(text: str) -> bytes:
    """Return base64 that the page posted; SigningRefused where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise SigningRefused(
            _("署名のデータがこわれています。もう一度署名してください。")
        ) from error
