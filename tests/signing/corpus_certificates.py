"""Forged or unfit certificates and revocation data: steps 4 and 5."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from signing import certificates
from signing.authority import (
    AUTHENTICATION_POLICY_OID,
    Authority,
    authentication_extensions,
    card_extensions,
    other_name,
    usage,
)
from tests.signing import forge
from tests.signing.forge import AT, SATO, SINCE, UNTIL, Recipe, Vector, card, crl, sign

SECOND = timedelta(seconds=1)


def vectors():
    return [*_path(), *_profile(), *_lists(), *_responses(), *_contradictions()]


def _signed(name, reason, **changes):
    return Vector(name, reason, sign(Recipe(card(**changes))))


def _with(position, extension, critical):
    found = card_extensions(SATO)
    found[position] = (extension, critical)
    return found


def _path():
    leaf = card()
    by_leaf = Authority(leaf.key, leaf.certificate)
    child = by_leaf_certificate(by_leaf)
    stolen = stolen_identifier()
    whole = sign(Recipe(card()))
    since = SINCE
    return [
        _signed("rogue-authority-same-name", "CHAIN_NOT_TRUSTED", issuer="rogue"),
        Vector("rogue-authority-forged-key-id", "CHAIN_NOT_TRUSTED", sign(Recipe(stolen))),
        Vector("issued-by-a-leaf", "CHAIN_NOT_TRUSTED", sign(Recipe(child))),
        Vector("validity-last-second", "OK", whole, crls=_fresh(UNTIL), at=UNTIL),
        Vector("validity-second-after", "CERT_EXPIRED", whole, at=UNTIL + SECOND),
        Vector("validity-first-second", "OK", sign(Recipe(card(since=AT)))),
        _signed("validity-second-before", "CERT_NOT_YET_VALID", since=AT + SECOND),
        Vector("long-before", "CERT_NOT_YET_VALID", whole, at=since - timedelta(days=100)),
    ]


def _fresh(at):
    return (crl(since=at - SECOND),)


def by_leaf_certificate(authority):
    """A certificate that an ordinary card issued, with a key id of that card's key."""
    key = forge.rsa_key("child")
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return forge.Card(
        key, _certificate(authority.key, authority.certificate.subject, key, identifier)
    )


def stolen_identifier():
    """A rogue authority of the same name that claims the key id of the true one."""
    key, true = forge.rsa_key("card"), forge.authority("first")
    rogue = forge.authority("rogue").key
    return forge.Card(key, _certificate(rogue, true.certificate.subject, key, true.key_identifier))


def _certificate(signer, issuer, key, identifier):
    builder = x509.CertificateBuilder().subject_name(issuer).issuer_name(issuer)
    builder = builder.public_key(key.public_key()).serial_number(77)
    builder = builder.not_valid_before(SINCE).not_valid_after(UNTIL)
    for extension, critical in (*card_extensions(SATO), (identifier, False)):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signer, hashes.SHA256())


def _policies(*oids):
    entries = [x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in oids]
    return x509.CertificatePolicies(entries)


def _profile():
    production = "1.2.392.200149.8.5.1.1.20"
    signer = usage("digital_signature", "content_commitment", "key_cert_sign")
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    authority = (x509.BasicConstraints(True, None), True)
    own = forge.POLICY_OID
    cases = {
        "authentication-certificate": ("KEY_USAGE_MISMATCH", authentication_extensions()),
        "usage-without-nonrepudiation": (
            "KEY_USAGE_MISMATCH",
            _with(0, usage("digital_signature"), True),
        ),
        "usage-with-certificate-signing": ("KEY_USAGE_MISMATCH", _with(0, signer, True)),
        "usage-absent": ("KEY_USAGE_MISMATCH", card_extensions(SATO)[1:]),
        "policy-production": ("POLICY_MISMATCH", _with(1, _policies(production), True)),
        "policy-authentication": (
            "POLICY_MISMATCH",
            _with(1, _policies(AUTHENTICATION_POLICY_OID), True),
        ),
        "policy-any": ("POLICY_MISMATCH", _with(1, _policies("2.5.29.32.0"), True)),
        "policy-two": ("POLICY_MISMATCH", _with(1, _policies(own, production), True)),
        "policy-absent": ("POLICY_MISMATCH", [card_extensions(SATO)[0], card_extensions(SATO)[2]]),
        "critical-unknown": (
            "CRITICAL_EXTENSION_UNKNOWN",
            [*card_extensions(SATO), (unknown, True)],
        ),
        "authority-certificate": ("CERT_PROFILE_VIOLATION", [*card_extensions(SATO), authority]),
        "attributes-absent": ("CERT_PROFILE_VIOLATION", card_extensions(SATO)[:2]),
    }
    made = [_signed(name, reason, extensions=ext) for name, (reason, ext) in cases.items()]
    return [*made, *_attributes()]


def _attributes():
    """Each of the six attributes malformed in turn."""
    right = {
        certificates.NAME: SATO.name,
        certificates.NAME_FLAGS: "0" * len(SATO.name),
        certificates.SEX: "2",
        certificates.BIRTH: "419900512",
        certificates.ADDRESS: SATO.address,
        certificates.ADDRESS_FLAGS: "0" * len(SATO.address),
    }
    wrong = {
        "name-empty": {certificates.NAME: "", certificates.NAME_FLAGS: ""},
        "flags-short": {certificates.NAME_FLAGS: "00"},
        "flags-letters": {certificates.NAME_FLAGS: "0000x"},
        "address-flags-long": {certificates.ADDRESS_FLAGS: "0" * 99},
        "sex-unknown": {certificates.SEX: "3"},
        "birth-not-a-day": {certificates.BIRTH: "419900231"},
        "birth-short": {certificates.BIRTH: "19900512"},
    }
    lists = {name: list({**right, **change}.items()) for name, change in wrong.items()}
    lists["twice"] = [*right.items(), (certificates.SEX, "2")]
    lists["missing"] = list(right.items())[:-1]
    lists["foreign"] = [*right.items(), (f"{certificates.ARC}.7", "x")]
    names = {name: [other_name(o, t) for o, t in values] for name, values in lists.items()}
    printable = x509.OtherName(x509.ObjectIdentifier(certificates.SEX), b"\x13\x012")
    others = [other_name(o, t) for o, t in right.items() if o != certificates.SEX]
    names["other-string-type"] = [*others, printable]
    return [
        _signed(
            f"attributes-{name}",
            "CERT_PROFILE_VIOLATION",
            extensions=_with(2, x509.SubjectAlternativeName(values), False),
        )
        for name, values in names.items()
    ]


def _lists():
    xml = sign(Recipe(card()))
    day = timedelta(days=1)
    good = crl()
    cases = {
        "crl-absent": ("REVOCATION_UNAVAILABLE", ()),
        "crl-good": ("OK", (good,)),
        "crl-revoked": ("CERT_REVOKED", (crl(revoked={77: AT - day}),)),
        "crl-revoked-at-receipt": ("CERT_REVOKED", (crl(revoked={77: AT}),)),
        "crl-revoked-second-before": ("CERT_REVOKED", (crl(revoked={77: AT - SECOND}),)),
        "crl-revoked-second-after": ("OK", (crl(revoked={77: AT + SECOND}),)),
        "crl-stale": ("REVOCATION_STALE", (crl(since=AT - 30 * day),)),
        "crl-stale-but-revoked": (
            "CERT_REVOKED",
            (crl(revoked={77: AT - 31 * day}, since=AT - 30 * day),),
        ),
        "crl-future": ("REVOCATION_STALE", (crl(since=AT + day),)),
        "crl-rogue": ("REVOCATION_UNTRUSTED", (crl("rogue"),)),
        "crl-other-generation": ("REVOCATION_UNTRUSTED", (crl("second"),)),
        "crl-other-key-type": ("REVOCATION_UNTRUSTED", (crl("p384"),)),
        "crl-damaged": ("REVOCATION_UNTRUSTED", (good[:-1] + bytes((good[-1] ^ 1,)),)),
        "crl-cut": ("REVOCATION_UNTRUSTED", (good[:90],)),
        "crl-other-point": ("REVOCATION_UNAVAILABLE", (_partial(),)),
    }
    return [Vector(n, reason, xml, crls=lists) for n, (reason, lists) in cases.items()]


def _partial():
    """A list of another municipality's certificates."""
    name = x509.DirectoryName(forge.authority("first").certificate.subject)
    point = x509.IssuingDistributionPoint([name], None, False, False, None, False, False)
    first = forge.authority("first")
    builder = x509.CertificateRevocationListBuilder().issuer_name(first.certificate.subject)
    builder = builder.last_update(AT - SECOND).next_update(AT + timedelta(days=1))
    made = builder.add_extension(point, critical=True).sign(first.key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


def _respond(issuer="first", about=None, **changes):
    values = {"at": AT - SECOND, "until": AT + timedelta(hours=1), **changes}
    return forge.authority(issuer).ocsp((about or card()).certificate, **values)


def _responses():
    mine = card()
    xml = sign(Recipe(mine))
    revoked = ocsp.OCSPCertStatus.REVOKED
    first = forge.authority("first")
    late = first.responder(at=AT - timedelta(days=400))
    bare = (mine.key, mine.certificate)
    rogue = forge.authority("rogue").responder(at=AT)
    good = _respond(about=mine)
    cases = {
        "ocsp-good": ("OK", good),
        "ocsp-signed-by-authority": ("OK", _respond(responder=(first.key, first.certificate))),
        "ocsp-revoked": ("CERT_REVOKED", _respond(about=mine, status=revoked, revoked_at=AT)),
        "ocsp-revoked-later": ("OK", _respond(status=revoked, revoked_at=AT + SECOND)),
        "ocsp-unknown": ("REVOCATION_UNKNOWN", _respond(status=ocsp.OCSPCertStatus.UNKNOWN)),
        "ocsp-stale": ("REVOCATION_STALE", _respond(until=AT - SECOND, at=AT - 9 * SECOND)),
        "ocsp-future": ("REVOCATION_STALE", _respond(at=AT + SECOND)),
        "ocsp-rogue-responder": ("REVOCATION_UNTRUSTED", _respond(responder=rogue)),
        "ocsp-responder-expired": ("REVOCATION_UNTRUSTED", _respond(responder=late)),
        "ocsp-responder-is-a-card": ("REVOCATION_UNTRUSTED", _respond(responder=bare)),
        "ocsp-other-generation": ("REVOCATION_UNTRUSTED", _respond("second")),
        "ocsp-other-certificate": ("REVOCATION_UNAVAILABLE", _respond(about=card(serial=9))),
        "ocsp-damaged": ("REVOCATION_UNTRUSTED", good[:-1] + bytes((good[-1] ^ 1,))),
        "ocsp-garbage": ("REVOCATION_UNTRUSTED", b"\x30\x03\x0a\x01"),
        "ocsp-try-later": ("REVOCATION_UNAVAILABLE", b"\x30\x03\x0a\x01\x03"),
    }
    return [Vector(n, reason, xml, crls=(), ocsp=(der,)) for n, (reason, der) in cases.items()]


def _contradictions():
    xml = sign(Recipe(card()))
    revoked = crl(revoked={77: AT - SECOND})
    says_revoked = _respond(status=ocsp.OCSPCertStatus.REVOKED, revoked_at=AT - SECOND)
    unknown = _respond(status=ocsp.OCSPCertStatus.UNKNOWN)
    stale = crl(since=AT - timedelta(days=30))
    cases = {
        "crl-revoked-ocsp-good": ("CERT_REVOKED", (revoked,), (_respond(),)),
        "crl-good-ocsp-revoked": ("CERT_REVOKED", (crl(),), (says_revoked,)),
        "two-lists-one-revoked": ("CERT_REVOKED", (crl(), revoked), ()),
        "crl-good-ocsp-unknown": ("REVOCATION_UNKNOWN", (crl(),), (unknown,)),
        "crl-stale-ocsp-good": ("OK", (stale,), (_respond(),)),
        "crl-rogue-ocsp-good": ("OK", (crl("rogue"),), (_respond(),)),
        "crl-rogue-says-revoked": ("OK", (crl(), crl("rogue", {77: AT})), ()),
    }
    return [Vector(n, r, xml, crls=lists, ocsp=found) for n, (r, lists, found) in cases.items()]
