"""Step 6, the binding (結び付け): this person, this filing, this challenge, this time, once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lxml import etree

from signing.certificates import CardAttributes
from signing.digests import canonical_without_signature
from signing.errors import VerificationError
from signing.structure import SignatureParts
from signing.texts import same_text


@dataclass(frozen=True)
class Binding:
    """What this signature must belong to: the person, the filing, the challenge, the time.

    `address` is None where a difference is a matter for a person and not for a refusal; `sex` is
    None where the document does not say it, as of an agent (代理人).
    """

    name: str
    birth_date: date
    sex: str | None
    address: str | None
    filing_id: str
    challenge: str
    canonical_sha256: str | None
    received_at: datetime
    # Says whether a signature value (its SHA-256 in hex) was received before; a unique index.
    seen: Callable[[str], bool] | None = None


def bind(
    root: etree._Element,
    parts: SignatureParts,
    attributes: CardAttributes,
    binding: Binding,
    window: timedelta,
) -> None:
    """Check that a verified signature is the one that was asked for; raises what is not."""
    _check_person(attributes, binding)
    signed = {name: _only(root, name) for name in ("filing_id", "challenge")}
    if signed != {"filing_id": binding.filing_id, "challenge": binding.challenge}:
        raise VerificationError("CHALLENGE_MISMATCH")
    if binding.canonical_sha256 is not None:
        digest = hashlib.sha256(canonical_without_signature(root)).hexdigest()
        if digest != binding.canonical_sha256:
            raise VerificationError("CHALLENGE_MISMATCH", "another document than was prepared")
    if abs(binding.received_at - parts.signing_time) > window:
        raise VerificationError("SIGNING_TIME_OUT_OF_WINDOW")
    if binding.seen and binding.seen(hashlib.sha256(parts.signature_value).hexdigest()):
        raise VerificationError("REPLAYED")


def _check_person(attributes: CardAttributes, binding: Binding) -> None:
    if attributes.birth_date != binding.birth_date:
        raise VerificationError("SUBJECT_MISMATCH")
    if binding.sex is not None and attributes.sex != binding.sex:
        raise VerificationError("SUBJECT_MISMATCH")
    if not same_text(attributes.name, attributes.name_flags, binding.name):
        raise VerificationError("SUBJECT_MISMATCH", "name")
    if binding.address is None:
        return
    if not same_text(attributes.address, attributes.address_flags, binding.address):
        raise VerificationError("SUBJECT_MISMATCH", "address")


def _only(root: etree._Element, name: str) -> str | None:
    """Return the text of the one element of that name; None where there is not exactly one."""
    found = root.findall(f".//{{*}}{name}")
    return found[0].text if len(found) == 1 else None
