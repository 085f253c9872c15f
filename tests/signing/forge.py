"""The corpus's own generator: signs anything, well or badly, and keeps the PKI it needs.

A vector is a document with the sources and the time at which it is judged. Every forged one is
made from a genuine one by one change, or signed by a card that should not pass.
"""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from signing import Policy, names
from signing.authority import Authority, CardHolder, card_extensions
from signing.demo import POLICY_OID
from signing.ocsp import OcspSet
from signing.revocation import CrlSet, Sources

AT = datetime(2027, 2, 20, 3, 0, 0, tzinfo=UTC)
SINCE, UNTIL = datetime(2025, 10, 27, tzinfo=UTC), datetime(2030, 5, 12, 14, 59, 59, tzinfo=UTC)
SATO = CardHolder("佐藤 花子", date(1990, 5, 12), "2", "熊本県熊本市中央区手取本町1番1号", "")
BODY = '<Doc xmlns="urn:example:other"><name>佐藤 花子</name><amount>100</amount></Doc>'


@dataclass(frozen=True)
class Card:
    """A certificate with its key."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self):
        return self.certificate.public_bytes(serialization.Encoding.DER)


@cache
def rsa_key(name, bits=2048):
    """Return the RSA key of that name; keys are what costs, so each is made once in a run."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(name, curve=ec.SECP384R1):
    return ec.generate_private_key(curve())


@cache
def authority(name="first"):
    """Return a generation; all have one name and differ in key. "rogue" is trusted by nobody."""
    key = ec_key(name) if name == "p384" else rsa_key(name)
    return Authority.create(key, at=AT)


def policy():
    anchors = tuple(authority(name).certificate for name in ("first", "second", "p384"))
    return Policy(anchors=anchors, policy_oid=POLICY_OID)


def card(issuer="first", key=None, *, extensions=None, since=SINCE, until=UNTIL, serial=77):
    """Issue a card; what is not given is as in a genuine one."""
    key = key or (ec_key("card") if issuer == "p384" else rsa_key("card"))
    made = extensions or card_extensions(SATO)
    certificate = authority(issuer).certify(
        key.public_key(), made, since=since, until=until, serial=serial
    )
    return Card(key, certificate)


@dataclass(frozen=True)
class Recipe:
    """How a document is signed; the defaults are the profile."""

    card: Card
    body: str = BODY
    c14n: str = names.EXC_C14N
    method: str = ""
    digest: str = names.SHA256
    uri: str = ""
    transforms: tuple[str, ...] = (
        f'<ds:Transform Algorithm="{names.ENVELOPED}"/>',
        f'<ds:Transform Algorithm="{names.EXC_C14N}"/>',
    )
    key_info: str = ""
    certificate_digest: bytes = b""
    more_references: str = ""
    time: str = "2027-02-20T12:00:00+09:00"
    properties: str = ""
    unsigned: str = ""
    method_content: str = ""
    extra_objects: str = ""
    keep: dict = field(default_factory=dict)


def sign(recipe):
    """Sign as the recipe says, whether or not the profile allows it."""
    r = recipe
    der = r.card.der
    digest = base64.b64encode(r.certificate_digest or hashlib.sha256(der).digest()).decode()
    cert = f"<ds:X509Certificate>{base64.b64encode(der).decode()}</ds:X509Certificate>"
    key_info = r.key_info or f"<ds:X509Data>{cert}</ds:X509Data>"
    properties = r.properties or (
        f"<xades:SignedSignatureProperties><xades:SigningTime>{r.time}</xades:SigningTime>"
        "<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>"
        f'<ds:DigestMethod Algorithm="{names.SHA256}"/><ds:DigestValue>{digest}</ds:DigestValue>'
        "</xades:CertDigest></xades:Cert></xades:SigningCertificateV2>"
        "</xades:SignedSignatureProperties>"
    )
    method = r.method or (
        names.RSA_SHA256 if isinstance(r.card.key, rsa.RSAPrivateKey) else names.ECDSA_SHA384
    )
    root = etree.fromstring(r.body.encode())
    target = root if r.uri == "" else root[0]
    content = etree.tostring(target, method="c14n", exclusive=True, with_tail=False)
    template = (
        f'<ds:Signature xmlns:ds="{names.DS}" Id="s"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{r.c14n}"/>'
        f'<ds:SignatureMethod Algorithm="{method}">{r.method_content}</ds:SignatureMethod>'
        f"{_reference(r.uri, r.transforms, r.digest, content)}@PROPS@{r.more_references}"
        f"</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo>{key_info}</ds:KeyInfo>"
        f'<ds:Object><xades:QualifyingProperties xmlns:xades="{names.XADES}" Target="#s">'
        f'<xades:SignedProperties Id="sp">{properties}</xades:SignedProperties>{r.unsigned}'
        f"</xades:QualifyingProperties></ds:Object>{r.extra_objects}</ds:Signature>"
    )
    signed = etree.fromstring(template.replace("@PROPS@", "").encode())
    props = signed.find(f".//{{{names.XADES}}}SignedProperties")
    canonical = etree.tostring(props, method="c14n", exclusive=True, with_tail=False)
    transform = (f'<ds:Transform Algorithm="{names.EXC_C14N}"/>',)
    reference = _reference("#sp", transform, r.digest, canonical, names.SIGNED_PROPERTIES)
    signature = etree.fromstring(template.replace("@PROPS@", reference).encode())
    root.append(signature)
    return resign(root, r.card.key)


def resign(root, key):
    """Put a fresh signature value over whatever SignedInfo says."""
    signature = root.find(f".//{{{names.DS}}}Signature")
    data = etree.tostring(signature[0], method="c14n", exclusive=True)
    value = raw_sign(key, data)
    signature.find(f"{{{names.DS}}}SignatureValue").text = base64.b64encode(value).decode()
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def raw_sign(key, data):
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = (key.key_size + 7) // 8
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA384())))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    return key.sign(data, hashes.SHA256())


def _reference(uri, transforms, digest, content, kind=""):
    value = hashlib.new(names.HASHES.get(digest, "sha1"), content).digest()
    type_ = f' Type="{kind}"' if kind else ""
    return (
        f'<ds:Reference URI="{uri}"{type_}><ds:Transforms>{"".join(transforms)}</ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest}"/>'
        f"<ds:DigestValue>{base64.b64encode(value).decode()}</ds:DigestValue></ds:Reference>"
    )


def crl(issuer="first", revoked=None, *, since=AT - timedelta(days=1), days=7):
    return authority(issuer).crl(revoked or {}, at=since, until=since + timedelta(days=days))


@cache
def default_crls():
    return tuple(crl(name) for name in ("first", "second", "p384"))


@dataclass(frozen=True)
class Vector:
    """A document, the sources and the time; `expected` is the reason, "OK" for genuine ones."""

    name: str
    expected: str
    xml: bytes
    crls: tuple[bytes, ...] | None = None
    ocsp: tuple[bytes, ...] = ()
    at: datetime = AT
    sub_indication: str = ""

    @property
    def sources(self):
        lists = default_crls() if self.crls is None else self.crls
        found = [CrlSet(lists)] if lists else []
        return Sources([*found, OcspSet(self.ocsp)] if self.ocsp else found)


def genuine(**changes):
    return sign(replace(Recipe(card()), **changes))
