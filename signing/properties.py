"""The signed properties (XAdES): where they stand, when was signed, which certificate."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from signing import names
from signing.errors import VerificationError
from signing.names import ds, xades

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Claimed:
    """What the signer says under the signature: the time and the certificate's digest."""

    signing_time: datetime
    digest_method: str
    certificate_digest: bytes


def signed_properties(
    root: etree._Element, signature: etree._Element, objects: list[etree._Element]
) -> etree._Element:
    """Return the one SignedProperties, which has one legal place."""
    found = list(root.iter(xades("SignedProperties")))
    if not found:
        raise VerificationError("SIGNED_PROPS_MISSING")
    if len(found) > 1 or len(objects) != 1 or len(objects[0]) != 1:
        raise VerificationError("SIGNED_PROPS_AMBIGUOUS")
    qualifying = objects[0][0]
    in_place = qualifying.tag == xades("QualifyingProperties") and list(qualifying) == found
    if not in_place or not found[0].get("Id"):
        raise VerificationError("SIGNED_PROPS_AMBIGUOUS", "not in the legal place")
    target = qualifying.get("Target", "")
    if target not in ("", f"#{signature.get('Id')}"):
        raise VerificationError("SIGNED_PROPS_AMBIGUOUS", "they qualify another signature")
    return found[0]


def read_properties(properties: etree._Element) -> Claimed:
    """Return what the properties claim; each of them must be there exactly once."""
    signed = _one(properties, "SignedSignatureProperties")
    time = (_one(signed, "SigningTime").text or "").strip()
    digest = _one(_one(_one(signed, "SigningCertificateV2"), "Cert"), "CertDigest")
    if [child.tag for child in digest] != [ds("DigestMethod"), ds("DigestValue")]:
        raise VerificationError("SIGNED_PROPS_MISSING", "CertDigest")
    method = str(digest[0].get("Algorithm"))
    if method not in names.HASHES or len(digest[0]):
        raise VerificationError("ALG_FORBIDDEN", "certificate digest")
    return Claimed(_moment(time), method, decode(digest[1], "CERT_REF_MISMATCH"))


def decode(element: etree._Element, reason: str) -> bytes:
    """Return base64 content; VerificationError(reason) where it is none or holds elements."""
    if len(element):
        raise VerificationError(reason)
    text = "".join((element.text or "").split())
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise VerificationError(reason) from error


def _one(parent: etree._Element, name: str) -> etree._Element:
    found = parent.findall(xades(name))
    if not found:
        raise VerificationError("SIGNED_PROPS_MISSING", name)
    if len(found) > 1:
        raise VerificationError("SIGNED_PROPS_AMBIGUOUS", name)
    return found[0]


def _moment(text: str) -> datetime:
    if not _TIME.fullmatch(text):
        raise VerificationError("SIGNED_PROPS_MISSING", "SigningTime")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise VerificationError("SIGNED_PROPS_MISSING", "SigningTime") from error
