"""Making a signature (XAdES-BES, enveloped): prepared here, signed by the card, assembled here."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from signing import names
from signing.certificates import load
from signing.names import ds, xades
from signing.xmlinput import parse

# DER of DigestInfo up to the digest, for SHA-256 (RFC 8017, section 9.2, note 1).
_DIGEST_INFO_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
SIGNATURE_ID = "signature"
PROPERTIES_ID = "signed-properties"


@dataclass(frozen=True)
class Prepared:
    """A document waiting for its signature value; `signed_info` is what the card signs."""

    unsigned: bytes
    signed_info: bytes

    @property
    def digest_info(self) -> bytes:
        """The DER DigestInfo (SHA-256) for RSA signers that take a digest and not the data.

        A card that were given the bare digest would sign a block without the algorithm in it,
        which verifies nowhere. ECDSA signers take `signed_info` itself.
        """
        return _DIGEST_INFO_SHA256 + hashlib.sha256(self.signed_info).digest()

    def dump(self) -> dict[str, str]:
        """Return the state as JSON-able text, to be kept between two requests."""
        return {
            "unsigned": base64.b64encode(self.unsigned).decode(),
            "signed_info": base64.b64encode(self.signed_info).decode(),
        }

    @classmethod
    def load(cls, state: dict[str, str]) -> "Prepared":
        """Return what `dump` wrote."""
        return cls(**{name: base64.b64decode(state[name]) for name in ("unsigned", "signed_info")})


def prepare(xml: bytes, certificate_der: bytes, *, signing_time: datetime) -> Prepared:
    """Add everything of the signature but its value; the certificate decides the algorithm."""
    root = parse(xml)
    certificate = load(certificate_der)
    digest = hashlib.sha256(etree.tostring(root, method="c14n", exclusive=True)).digest()
    signature = etree.SubElement(root, ds("Signature"), nsmap={"ds": names.DS}, Id=SIGNATURE_ID)
    signed_info = etree.SubElement(signature, ds("SignedInfo"))
    etree.SubElement(signature, ds("SignatureValue"))
    key_info = etree.SubElement(signature, ds("KeyInfo"))
    data = etree.SubElement(key_info, ds("X509Data"))
    _text(data, ds("X509Certificate"), certificate_der)
    properties = _properties(signature, certificate_der, signing_time)
    rsa_key = isinstance(certificate.public_key(), rsa.RSAPublicKey)
    _element(signed_info, "CanonicalizationMethod", names.EXC_C14N)
    _element(signed_info, "SignatureMethod", names.RSA_SHA256 if rsa_key else names.ECDSA_SHA384)
    _reference(signed_info, "", [names.ENVELOPED, names.EXC_C14N], digest)
    canonical = etree.tostring(properties, method="c14n", exclusive=True)
    _reference(
        signed_info,
        f"#{PROPERTIES_ID}",
        [names.EXC_C14N],
        hashlib.sha256(canonical).digest(),
        names.SIGNED_PROPERTIES,
    )
    to_sign = etree.tostring(signed_info, method="c14n", exclusive=True)
    unsigned = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Prepared(unsigned=unsigned, signed_info=to_sign)


def assemble(prepared: Prepared, signature_value: bytes) -> bytes:
    """Return the signed document."""
    root = parse(prepared.unsigned)
    value = root.find(f"{ds('Signature')}/{ds('SignatureValue')}")
    if value is None:
        raise ValueError("not a prepared document")
    value.text = base64.b64encode(signature_value).decode()
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _properties(
    signature: etree._Element, certificate_der: bytes, signing_time: datetime
) -> etree._Element:
    holder = etree.SubElement(signature, ds("Object"))
    qualifying = etree.SubElement(
        holder,
        xades("QualifyingProperties"),
        nsmap={"xades": names.XADES},
        Target=f"#{SIGNATURE_ID}",
    )
    properties = etree.SubElement(qualifying, xades("SignedProperties"), Id=PROPERTIES_ID)
    signed = etree.SubElement(properties, xades("SignedSignatureProperties"))
    time = etree.SubElement(signed, xades("SigningTime"))
    time.text = signing_time.isoformat(timespec="seconds")
    outer = etree.SubElement(signed, xades("SigningCertificateV2"))
    digest = etree.SubElement(etree.SubElement(outer, xades("Cert")), xades("CertDigest"))
    _element(digest, "DigestMethod", names.SHA256)
    _text(digest, ds("DigestValue"), hashlib.sha256(certificate_der).digest())
    return properties


def _reference(
    parent: etree._Element, uri: str, transforms: list[str], digest: bytes, kind: str = ""
) -> None:
    reference = etree.SubElement(parent, ds("Reference"), URI=uri)
    if kind:
        reference.set("Type", kind)
    holder = etree.SubElement(reference, ds("Transforms"))
    for transform in transforms:
        _element(holder, "Transform", transform)
    _element(reference, "DigestMethod", names.SHA256)
    _text(reference, ds("DigestValue"), digest)


def _element(parent: etree._Element, name: str, algorithm: str) -> None:
    etree.SubElement(parent, ds(name), Algorithm=algorithm)


def _text(parent: etree._Element, name: str, value: bytes) -> None:
    etree.SubElement(parent, name).text = base64.b64encode(value).decode()
