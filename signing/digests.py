"""Digests of a signed document, computed without xmlsec: to name what failed, and to bind."""

import hashlib
from copy import deepcopy

from lxml import etree

from signing import names
from signing.names import ds
from signing.properties import decode
from signing.structure import SignatureParts


def canonical_without_signature(root: etree._Element) -> bytes:
    """Return the exclusive canonical form of a document as it was before it was signed."""
    copy = deepcopy(root)
    for signature in copy.findall(ds("Signature")):
        previous, tail = signature.getprevious(), signature.tail or ""
        if previous is not None:
            previous.tail = (previous.tail or "") + tail
        else:
            copy.text = (copy.text or "") + tail
        copy.remove(signature)
    return etree.tostring(copy, method="c14n", exclusive=True)


def digests_match(parts: SignatureParts) -> bool:
    """Say whether both references have the digests that SignedInfo gives."""
    root = parts.signature.getroottree().getroot()
    contents = (
        canonical_without_signature(root),
        etree.tostring(parts.signed_properties, method="c14n", exclusive=True, with_tail=False),
    )
    references = parts.signature[0].findall(ds("Reference"))
    return all(
        _digest_of(one) == _hash(one, data) for one, data in zip(references, contents, strict=True)
    )


def _digest_of(reference: etree._Element) -> bytes:
    return decode(reference[2], "HASH_MISMATCH")


def _hash(reference: etree._Element, data: bytes) -> bytes:
    return hashlib.new(names.HASHES[str(reference[1].get("Algorithm"))], data).digest()
