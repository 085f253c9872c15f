"""The card read with the app (カードの読み取り): it signs a statement, and so shows who holds it.

The app hands out no face of the card, so the 個人番号 is typed; all else is the certificate's.
"""

import secrets
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.utils.translation import gettext_lazy as _

import signing
from config.translations.said import say
from portal.errors import CardRefused
from portal.models import Draft
from portal.revocation import revocation_source
from portal.signers.app_flow import Signed
from signing import path
from signing.certificates import load
from signing.xades import Prepared


def statement_for(draft: Draft) -> str:
    """Return what the card signs to be read for a draft."""
    return statement_about(str(draft.filing_id))


def statement_about(what: str) -> str:
    """Return what the card signs to be read: never a document, and never twice the same."""
    return f"card-read\n{what}\n{secrets.token_hex(16)}\n"


def block_of(statement: str) -> bytes:
    """Return the DigestInfo of a statement."""
    return Prepared(b"", statement.encode()).digest_info


def check(signed: Signed, statement: str, *, now: datetime) -> None:
    """Check signature, path and revocation; CardRefused with the reason in plain words."""
    try:
        _check_signature(load(signed.certificate), signed.signature, statement)
    except signing.VerificationError as error:
        raise CardRefused(say(error.message_ja)) from error
    check_certificate(signed.certificate, now=now)


def check_certificate(der: bytes, *, now: datetime) -> None:
    """Check path and revocation as they are now; CardRefused with the reason in plain words."""
    try:
        certificate = load(der)
        policy = signing.Policy.from_directory(
            settings.ANCHORS_DIR, policy_oid=settings.CERTIFICATE_POLICY, allow_demo=settings.DEMO
        )
        issuer = path.build(certificate, policy, now).issuer
        answer = revocation_source().status(certificate, issuer, now)
        if answer.status == "revoked":
            raise signing.VerificationError(answer.reason)
    except signing.VerificationError as error:
        raise CardRefused(say(error.message_ja)) from error


def _check_signature(certificate: x509.Certificate, value: bytes, statement: str) -> None:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise CardRefused(
            _(
                "このカードは、デジタル認証アプリでの読み取りにまだ使えません。別の方法で読み取るか、下の電話番号に聞いてください。"
            )
        )
    try:
        key.verify(value, statement.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise CardRefused(
            _("カードの署名を確かめられませんでした。もう一度読み取ってください。")
        ) from error
