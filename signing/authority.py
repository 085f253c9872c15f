"""A simulated authority (模擬の認証局): shapes of the national PKI, for demo and tests only.

Everything is named JPKI-SIM and uses the test environment's policy, so that nothing made here can
pass where demos are off.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing import certificates
from signing.texts import letters

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Public = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
Extensions = Sequence[tuple[x509.ExtensionType, bool]]

POLICY_OID = "1.2.392.200149.8.5.1.0.20"
AUTHENTICATION_POLICY_OID = "1.2.392.200149.8.5.1.0.30"
SIGNING_UNIT = "SIMULATED JPKI for digital signature"
AUTHENTICATION_UNIT = "SIMULATED JPKI for user authentication"
SUBSTITUTE = "■"
ERAS = ((date(2019, 5, 1), "5"), (date(1989, 1, 8), "4"), (date(1926, 12, 25), "3"))
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class CardHolder:
    """Whom a demo card is made for; nobody real."""

    name: str
    birth_date: date
    sex: str
    address: str
    personal_number: str
    kana: str = ""
    # Letters that the certificate has no character for, and bears a substitute (代替文字) of.
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True)
class Authority:
    """One generation of a CA: its key and its self-signed certificate."""

    key: Key
    certificate: x509.Certificate

    @classmethod
    def create(cls, key: Key, *, at: datetime, unit: str = SIGNING_UNIT) -> "Authority":
        """Make a generation; all of one unit share one name and differ in key."""
        name = distinguished_name("JPKI-SIM", unit)
        builder = _builder(name, name, key.public_key(), at - timedelta(days=365))
        builder = builder.not_valid_after(at.replace(microsecond=0) + timedelta(days=3650))
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
        builder = builder.add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
        return cls(key, builder.add_extension(identifier, critical=False).sign(key, hash_of(key)))

    @property
    def key_identifier(self) -> x509.AuthorityKeyIdentifier:
        """The identifier by which certificates and lists name this generation."""
        found = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found.value)

    def certify(
        self,
        key: Public,
        extensions: Extensions,
        *,
        since: datetime,
        until: datetime,
        serial: int | None = None,
    ) -> x509.Certificate:
        """Issue a certificate with exactly these extensions and the authority's key id."""
        serial = serial or secrets.randbits(40) + 1
        subject = distinguished_name("JPKI-SIM", f"card {serial}")
        builder = _builder(subject, self.certificate.subject, key, since, serial)
        builder = builder.not_valid_after(until)
        for extension, critical in (*extensions, (self.key_identifier, False)):
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(self.key, hash_of(self.key))

    def crl(
        self,
        revoked: Mapping[int, datetime],
        *,
        at: datetime,
        until: datetime,
        number: int = 1,
        extensions: Extensions = (),
    ) -> bytes:
        """Return a list (DER) of these serials and when they were revoked."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(until)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(self.key_identifier, critical=False)
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        for serial, when in revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
            builder = builder.add_revoked_certificate(entry.build())
        signed = builder.sign(self.key, hash_of(self.key))
        return signed.public_bytes(serialization.Encoding.DER)

    def responder(self, *, at: datetime) -> tuple[Key, x509.Certificate]:
        """Give a fresh key the task of answering OCSP requests for this generation."""
        key = ec.generate_private_key(ec.SECP384R1())
        extensions: Extensions = (
            (usage("digital_signature"), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False),
            (x509.OCSPNoCheck(), False),
        )
        since, until = at - timedelta(days=1), at + timedelta(days=90)
        return key, self.certify(key.public_key(), extensions, since=since, until=until)

    def ocsp(
        self,
        certificate: x509.Certificate,
        *,
        at: datetime,
        until: datetime,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        revoked_at: datetime | None = None,
        responder: tuple[Key, x509.Certificate] | None = None,
    ) -> bytes:
        """Return a response (DER) about one certificate, signed by a responder."""
        key, signer = responder or self.responder(at=at)
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=certificate,
            issuer=self.certificate,
            algorithm=hashes.SHA256(),
            cert_status=status,
            this_update=at,
            next_update=until,
            revocation_time=revoked_at,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer)
        response = builder.certificates([signer]).sign(key, hash_of(key))
        return response.public_bytes(serialization.Encoding.DER)


def card_extensions(
    holder: CardHolder, *, policy_oid: str = POLICY_OID
) -> list[tuple[x509.ExtensionType, bool]]:
    """Return the extensions of a signing certificate (署名用電子証明書)."""
    policy = x509.PolicyInformation(x509.ObjectIdentifier(policy_oid), None)
    return [
        (usage("digital_signature", "content_commitment"), True),
        (x509.CertificatePolicies([policy]), True),
        (x509.SubjectAlternativeName(attributes(holder)), False),
    ]


def authentication_extensions() -> list[tuple[x509.ExtensionType, bool]]:
    """Return the extensions of an authentication certificate (利用者証明用電子証明書)."""
    policy = x509.PolicyInformation(x509.ObjectIdentifier(AUTHENTICATION_POLICY_OID), None)
    return [(usage("digital_signature"), True), (x509.CertificatePolicies([policy]), True)]


def attributes(holder: CardHolder) -> list[x509.GeneralName]:
    """Return the attributes in the order of a real card: 1, 4, 3, 5, 2, 6."""
    born = holder.birth_date
    era = next((digit for start, digit in ERAS if born >= start), "2")
    name, name_flags = _substituted(holder.name, holder.beyond)
    address, address_flags = _substituted(holder.address, holder.beyond)
    values = (
        (certificates.NAME, name),
        (certificates.BIRTH, f"{era}{born:%Y%m%d}"),
        (certificates.SEX, holder.sex),
        (certificates.ADDRESS, address),
        (certificates.NAME_FLAGS, name_flags),
        (certificates.ADDRESS_FLAGS, address_flags),
    )
    return [other_name(oid, text) for oid, text in values]


def _substituted(text: str, beyond: tuple[str, ...]) -> tuple[str, str]:
    """Return a text as a certificate bears it, and the flags of its characters."""
    borne = [(SUBSTITUTE, "1") if one in beyond else (one, "0" * len(one)) for one in letters(text)]
    return "".join(one for one, _ in borne), "".join(flags for _, flags in borne)


def other_name(oid: str, text: str) -> x509.OtherName:
    """Return an otherName that holds one UTF8String."""
    value = text.encode()
    size = (len(value).bit_length() + 7) // 8
    length = bytes((0x80 | size,)) + len(value).to_bytes(size, "big")
    if len(value) < 0x80:
        length = bytes((len(value),))
    return x509.OtherName(
        x509.ObjectIdentifier(oid), bytes((certificates.UTF8_STRING,)) + length + value
    )


def fifth_birthday(born: date, at: datetime) -> datetime:
    """Return the end of a certificate issued now: the fifth birthday, at the end of the day."""
    first = at.year if (at.month, at.day) < (born.month, born.day) else at.year + 1
    day = born.day if (born.month, born.day) != (2, 29) else 28
    return datetime(first + 4, born.month, day, 14, 59, 59, tzinfo=UTC)


def usage(*wanted: str) -> x509.KeyUsage:
    """Return a KeyUsage with these bits."""
    return x509.KeyUsage(**{name: name in wanted for name in USAGES})


def hash_of(key: Key) -> hashes.SHA256 | hashes.SHA384:
    """Return the hash that goes with a key: SHA-256 for RSA, SHA-384 for P-384."""
    return hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else hashes.SHA384()


def distinguished_name(organisation: str, unit: str) -> x509.Name:
    """Return C=JP, O, OU with the string types of the national PKI."""
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "JP", _ASN1Type.PrintableString)
    oids = (NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME)
    rest = zip(oids, (organisation, unit), strict=True)
    return x509.Name(
        [country, *(x509.NameAttribute(oid, text, _ASN1Type.UTF8String) for oid, text in rest)]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Public, since: datetime, serial: int = 0
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial or secrets.randbits(31) + 1)
        .not_valid_before(since.replace(microsecond=0))
    )
