"""Step 2, the structure: one signature, in its one legal place, of exactly the legal shape.

Nothing is computed here. What passes has two references, one certificate and nothing that could
draw the cryptography to anything but this document. The order of the checks is the order of the
profile, so the first rule that is broken is the one that is named.
"""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from signing import names
from signing.errors import VerificationError
from signing.names import ds
from signing.properties import Claimed, decode, read_properties, signed_properties

SIGNATURE_ALGORITHMS = (names.RSA_SHA256, names.ECDSA_SHA384)
# Every spelling of an Id that any tool resolves: Id, ID, id, xml:id, wsu:Id.
_IDS = etree.XPath("//@*[local-name() = 'Id' or local-name() = 'ID' or local-name() = 'id']")


@dataclass(frozen=True)
class SignatureParts:
    """What the structure check found: the elements, the pinned facts, the certificate."""

    signature: etree._Element
    signed_properties: etree._Element
    signature_method: str
    certificate_der: bytes
    claimed: Claimed
    signature_value: bytes

    @property
    def signing_time(self) -> datetime:
        """The time that the signer claims."""
        return self.claimed.signing_time


def examine(root: etree._Element) -> SignatureParts:
    """Return the parts of the one signature, or raise the first rule that is broken."""
    signature = _the_signature(root)
    _check_ids(root)
    signed_info, value, key_info, objects = _children(signature)
    references = _references(signed_info)
    properties = signed_properties(root, signature, objects)
    _check_uris(references, str(properties.get("Id")))
    _check_reference(references[0], [names.ENVELOPED, names.EXC_C14N])
    _check_reference(references[1], [names.EXC_C14N])
    method = _check_algorithms(signed_info, references)
    certificate = _certificate(key_info)
    return SignatureParts(
        signature=signature,
        signed_properties=properties,
        signature_method=method,
        certificate_der=certificate,
        claimed=read_properties(properties),
        signature_value=decode(value, "SIG_VALUE_INVALID"),
    )


def _the_signature(root: etree._Element) -> etree._Element:
    found = list(root.iter(ds("Signature")))
    if not found:
        raise VerificationError("SIG_NOT_FOUND")
    if len(found) > 1:
        raise VerificationError("SIG_MULTIPLE")
    if found[0].getparent() is not root or root[-1] is not found[0]:
        raise VerificationError("SIG_MISPLACED")
    return found[0]


def _check_ids(root: etree._Element) -> None:
    ids = _IDS(root)
    assert isinstance(ids, list)
    if len(set(ids)) != len(ids):
        raise VerificationError("DUPLICATE_ID")


def _children(
    signature: etree._Element,
) -> tuple[etree._Element, etree._Element, etree._Element, list[etree._Element]]:
    """Return SignedInfo, SignatureValue, KeyInfo and the rest, which must be in that order."""
    tags = [str(child.tag) for child in signature]
    _check_text(signature, "SIG_MISPLACED")
    for name in ("SignedInfo", "SignatureValue"):
        if tags.count(ds(name)) > 1:
            raise VerificationError("SIG_MULTIPLE", f"two {name}")
    if tags.count(ds("KeyInfo")) > 1:
        raise VerificationError("KEYINFO_FORBIDDEN", "two KeyInfo")
    if ds("KeyInfo") not in tags and tags[:2] == [ds("SignedInfo"), ds("SignatureValue")]:
        raise VerificationError("CERT_MISSING", "no KeyInfo")
    if tags[:3] != [ds("SignedInfo"), ds("SignatureValue"), ds("KeyInfo")]:
        raise VerificationError("SIG_MISPLACED", "order or number of the signature's parts")
    if any(tag != ds("Object") for tag in tags[3:]):
        raise VerificationError("SIG_MISPLACED", "foreign part of the signature")
    if len(tags) == 3:
        raise VerificationError("SIGNED_PROPS_MISSING", "no Object")
    return signature[0], signature[1], signature[2], list(signature)[3:]


def _references(signed_info: etree._Element) -> list[etree._Element]:
    tags = [str(child.tag) for child in signed_info]
    _check_text(signed_info, "SIG_MISPLACED")
    if tags[:2] != [ds("CanonicalizationMethod"), ds("SignatureMethod")]:
        raise VerificationError("SIG_MISPLACED", "order of SignedInfo")
    if any(tag != ds("Reference") for tag in tags[2:]):
        raise VerificationError("SIG_MISPLACED", "foreign part of SignedInfo")
    references = list(signed_info)[2:]
    if len(references) != 2:
        covered = any(reference.get("URI") == "" for reference in references)
        raise VerificationError(
            "REF_COUNT", sub_indication="" if covered else "SIGNED_DATA_NOT_FOUND"
        )
    return references


def _check_uris(references: list[etree._Element], properties_id: str) -> None:
    document, properties = references
    if document.get("URI") != "" or properties.get("URI") != f"#{properties_id}":
        raise VerificationError("REF_URI_FORBIDDEN")
    if document.get("Type") is not None:
        raise VerificationError("REF_URI_FORBIDDEN", "type of the first reference")
    if properties.get("Type") != names.SIGNED_PROPERTIES:
        raise VerificationError("SIGNED_PROPS_MISSING", "type of the second reference")


def _check_reference(reference: etree._Element, transforms: list[str]) -> None:
    tags = [str(child.tag) for child in reference]
    if tags != [ds("Transforms"), ds("DigestMethod"), ds("DigestValue")]:
        raise VerificationError("TRANSFORM_FORBIDDEN", "parts of a reference")
    found = [(str(one.tag), one.get("Algorithm")) for one in reference[0]]
    if found != [(ds("Transform"), algorithm) for algorithm in transforms]:
        raise VerificationError("TRANSFORM_FORBIDDEN")
    if not all(_is_bare(one) for one in reference[0]):
        raise VerificationError("TRANSFORM_FORBIDDEN", "parameters of a transform")
    _check_text(reference, "TRANSFORM_FORBIDDEN")


def _check_algorithms(signed_info: etree._Element, references: list[etree._Element]) -> str:
    canonical, method = signed_info[0], signed_info[1]
    if not (_is_bare(canonical) and _is_bare(method)):
        raise VerificationError("ALG_FORBIDDEN", "parameters inside an algorithm")
    if canonical.get("Algorithm") != names.EXC_C14N:
        raise VerificationError("ALG_FORBIDDEN", "canonicalization")
    if method.get("Algorithm") not in SIGNATURE_ALGORITHMS:
        raise VerificationError("ALG_FORBIDDEN", "signature method")
    for reference in references:
        digest = reference[1]
        if not _is_bare(digest) or digest.get("Algorithm") not in names.HASHES:
            raise VerificationError("ALG_FORBIDDEN", "digest")
    return str(method.get("Algorithm"))


def _certificate(key_info: etree._Element) -> bytes:
    """Return the DER of the one certificate, of one X509Data that holds nothing else."""
    certificates = list(key_info.iter(ds("X509Certificate")))
    foreign = [child for child in key_info if child.tag != ds("X509Data")]
    if foreign:
        raise VerificationError("KEYINFO_FORBIDDEN")
    if not certificates:
        raise VerificationError("CERT_MISSING")
    if len(certificates) > 1:
        raise VerificationError("CERT_MULTIPLE")
    if len(key_info) != 1 or len(key_info[0]) != 1 or key_info[0][0] is not certificates[0]:
        raise VerificationError("KEYINFO_FORBIDDEN")
    der = decode(certificates[0], "CERT_MALFORMED")
    if not der:
        raise VerificationError("CERT_MISSING", "empty")
    return der


def _is_bare(element: etree._Element) -> bool:
    """Say whether an algorithm element is its URI and nothing else."""
    return (
        len(element) == 0
        and not (element.text or "").strip()
        and set(element.keys()) == {"Algorithm"}
    )


def _check_text(parent: etree._Element, reason: str) -> None:
    """Refuse text between parts that have none in the profile."""
    if (parent.text or "").strip() or any((child.tail or "").strip() for child in parent):
        raise VerificationError(reason, "text between parts")
