"""Step 2, the structure: one signature, in its one legal place, of exactly the legal shape.

Nothing is computed here. What passes has two references, one certificate and nothing that could
draw the cryptography to anything but this document.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from signing import names
from signing.errors import VerificationError
from signing.names import ds, xades

ID_ATTRIBUTES = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
SIGNATURE_ALGORITHMS = (names.RSA_SHA256, names.ECDSA_SHA384)


@dataclass(frozen=True)
class SignatureParts:
    """What the structure check found: the element, the pinned facts, the certificate."""

    signature: etree._Element
    signed_properties: etree._Element
    signature_method: str
    certificate_der: bytes
    certificate_digest: bytes
    digest_method: str
    signing_time: datetime
    signature_value: bytes


def examine(root: etree._Element) -> SignatureParts:
    """Return the parts of the one signature, or raise the first rule that is broken."""
    signature = _the_signature(root)
    _check_ids(root)
    parts = _children(signature, "SignedInfo", "SignatureValue", "KeyInfo", "Object")
    signed_info, value, key_info, holder = parts
    method = _check_signed_info(signed_info)
    properties = _signed_properties(root, holder)
    _check_references(signed_info, str(properties.get("Id")))
    certificate = _certificate(key_info)
    time, digest_method, digest = _read_properties(properties)
    return SignatureParts(
        signature=signature,
        signed_properties=properties,
        signature_method=method,
        certificate_der=certificate,
        certificate_digest=digest,
        digest_method=digest_method,
        signing_time=time,
        signature_value=_decode(value, "SIG_VALUE_INVALID"),
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
    seen: set[str] = set()
    for element in root.iter():
        for name in ID_ATTRIBUTES:
            value = element.get(name)
            if value is None:
                continue
            if value in seen:
                raise VerificationError("DUPLICATE_ID")
            seen.add(value)


def _children(parent: etree._Element, *expected: str) -> list[etree._Element]:
    found = [str(child.tag) for child in parent]
    wanted = [ds(name) for name in expected]
    if found == wanted:
        return list(parent)
    missing = set(wanted) - set(found)
    if ds("KeyInfo") in missing:
        raise VerificationError("CERT_MISSING")
    if ds("Object") in missing:
        raise VerificationError("SIGNED_PROPS_MISSING")
    raise VerificationError("SIG_MISPLACED", "order or number of the signature's parts")


def _check_signed_info(signed_info: etree._Element) -> str:
    tags = [str(child.tag) for child in signed_info]
    if tags[:2] != [ds("CanonicalizationMethod"), ds("SignatureMethod")]:
        raise VerificationError("SIG_MISPLACED", "SignedInfo")
    canonical, method = signed_info[0], signed_info[1]
    if _algorithm(canonical) != names.EXC_C14N:
        raise VerificationError("ALG_FORBIDDEN", "canonicalization")
    if _algorithm(method) not in SIGNATURE_ALGORITHMS:
        raise VerificationError("ALG_FORBIDDEN", "signature method")
    return _algorithm(method)


def _algorithm(element: etree._Element) -> str:
    if len(element) or (element.text or "").strip():
        raise VerificationError("ALG_FORBIDDEN", "parameters inside an algorithm")
    return str(element.get("Algorithm"))


def _check_references(signed_info: etree._Element, properties_id: str) -> None:
    references = signed_info.findall(ds("Reference"))
    if len(references) != len(signed_info) - 2:
        raise VerificationError("SIG_MISPLACED", "SignedInfo")
    uris = [reference.get("URI") for reference in references]
    for uri in uris:
        if uri is None or (uri and not uri.startswith("#")) or "(" in uri:
            raise VerificationError("REF_URI_FORBIDDEN")
    if len(references) != 2:
        covered = "" in uris
        raise VerificationError(
            "REF_COUNT", sub_indication="" if covered else "SIGNED_DATA_NOT_FOUND"
        )
    if uris[0] != "" or uris[1] != f"#{properties_id}":
        raise VerificationError("REF_URI_FORBIDDEN")
    if references[1].get("Type") != names.SIGNED_PROPERTIES or references[0].get("Type"):
        raise VerificationError("REF_URI_FORBIDDEN", "type")
    _check_reference(references[0], [names.ENVELOPED, names.EXC_C14N])
    _check_reference(references[1], [names.EXC_C14N])


def _check_reference(reference: etree._Element, transforms: list[str]) -> None:
    tags = [str(child.tag) for child in reference]
    if tags != [ds("Transforms"), ds("DigestMethod"), ds("DigestValue")]:
        raise VerificationError("TRANSFORM_FORBIDDEN")
    found = [transform.get("Algorithm") for transform in reference[0]]
    simple = all(len(transform) == 0 and not transform.text for transform in reference[0])
    if found != transforms or not simple:
        raise VerificationError("TRANSFORM_FORBIDDEN")
    if _algorithm(reference[1]) not in names.HASHES:
        raise VerificationError("ALG_FORBIDDEN", "digest")


def _signed_properties(root: etree._Element, holder: etree._Element) -> etree._Element:
    found = list(root.iter(xades("SignedProperties")))
    if not found:
        raise VerificationError("SIGNED_PROPS_MISSING")
    if len(found) > 1:
        raise VerificationError("SIGNED_PROPS_AMBIGUOUS")
    qualifying = found[0].getparent()
    if (
        qualifying is None
        or qualifying.tag != xades("QualifyingProperties")
        or qualifying.getparent() is not holder
        or len(holder) != 1
        or len(qualifying) != 1
        or not found[0].get("Id")
    ):
        raise VerificationError("SIGNED_PROPS_AMBIGUOUS")
    return found[0]


def _read_properties(properties: etree._Element) -> tuple[datetime, str, bytes]:
    base = xades("SignedSignatureProperties")
    cert = f"{base}/{xades('SigningCertificateV2')}/{xades('Cert')}/{xades('CertDigest')}"
    time = properties.findtext(f"{base}/{xades('SigningTime')}")
    method, value = (
        properties.find(f"{cert}/{ds('DigestMethod')}"),
        properties.find(f"{cert}/{ds('DigestValue')}"),
    )
    if time is None or method is None or value is None:
        raise VerificationError("SIGNED_PROPS_MISSING")
    try:
        moment = datetime.fromisoformat(time.strip())
    except ValueError as error:
        raise VerificationError("SIGNED_PROPS_MISSING", "SigningTime") from error
    if moment.tzinfo is None:
        raise VerificationError("SIGNED_PROPS_MISSING", "SigningTime without zone")
    if _algorithm(method) not in names.HASHES:
        raise VerificationError("ALG_FORBIDDEN", "certificate digest")
    return moment, _algorithm(method), _decode(value, "CERT_REF_MISMATCH")


def _certificate(key_info: etree._Element) -> bytes:
    if [child.tag for child in key_info] != [ds("X509Data")]:
        known = key_info.findall(ds("X509Data"))
        raise VerificationError(
            "KEYINFO_FORBIDDEN" if len(key_info) != 0 or known else "CERT_MISSING"
        )
    certificates = key_info[0].findall(ds("X509Certificate"))
    if not certificates:
        raise VerificationError("CERT_MISSING")
    if len(certificates) > 1:
        raise VerificationError("CERT_MULTIPLE")
    if len(key_info[0]) != 1:
        raise VerificationError("KEYINFO_FORBIDDEN")
    return _decode(certificates[0], "CERT_MALFORMED")


def _decode(element: etree._Element, reason: str) -> bytes:
    if len(element):
        raise VerificationError(reason)
    text = "".join((element.text or "").split())
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise VerificationError(reason) from error
