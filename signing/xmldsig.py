"""Step 3, the cryptography: the only module that imports xmlsec.

xmlsec is given the certificate's key and nothing else to choose from: two transforms, one kind of
digest list, one signature method, and the one Id that the second reference may resolve.
"""

import hashlib

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing import names
from signing.digests import digests_match
from signing.errors import VerificationError
from signing.structure import SignatureParts

MIN_RSA_BITS = 2048
ECDSA_P384_LENGTH = 96
_TRANSFORMS = (
    xmlsec.constants.TransformEnveloped,
    xmlsec.constants.TransformExclC14N,
    xmlsec.constants.TransformSha256,
    xmlsec.constants.TransformSha384,
    xmlsec.constants.TransformSha512,
)
_METHODS = {
    names.RSA_SHA256: xmlsec.constants.TransformRsaSha256,
    names.ECDSA_SHA384: xmlsec.constants.TransformEcdsaSha384,
}


def check_key(parts: SignatureParts, certificate: x509.Certificate) -> None:
    """Check that the certificate's key is of the named algorithm's kind, and strong enough."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        if parts.signature_method != names.RSA_SHA256:
            raise VerificationError("ALG_KEY_MISMATCH")
        if key.key_size < MIN_RSA_BITS or key.public_numbers().e < 3:
            raise VerificationError("KEY_TOO_WEAK")
        return
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise VerificationError("ALG_KEY_MISMATCH")
    if parts.signature_method != names.ECDSA_SHA384:
        raise VerificationError("ALG_KEY_MISMATCH")
    if key.key_size < ec.SECP384R1().key_size:
        raise VerificationError("KEY_TOO_WEAK")
    if not isinstance(key.curve, ec.SECP384R1):
        raise VerificationError("ALG_KEY_MISMATCH", "curve")


def verify(parts: SignatureParts, certificate: x509.Certificate) -> None:
    """Check both digests, the signature value under the certificate's own key, and its digest."""
    try:
        _context(parts, certificate).verify(parts.signature)
    except xmlsec.Error as error:
        # Which of the two failed is asked only now: first the digests, then the value.
        reason = "SIG_VALUE_INVALID" if digests_match(parts) else "HASH_MISMATCH"
        raise VerificationError(reason) from error
    if len(parts.signature_value) != _length(certificate):
        raise VerificationError("SIG_VALUE_INVALID", "length")
    claimed = parts.claimed
    digest = hashlib.new(names.HASHES[claimed.digest_method], parts.certificate_der).digest()
    if digest != claimed.certificate_digest:
        raise VerificationError("CERT_REF_MISMATCH")


def _context(parts: SignatureParts, certificate: x509.Certificate) -> xmlsec.SignatureContext:
    context = xmlsec.SignatureContext()
    for transform in _TRANSFORMS:
        context.enable_reference_transform(transform)
    for transform in (*_TRANSFORMS, _METHODS[parts.signature_method]):
        context.enable_signature_transform(transform)
    context.register_id(parts.signed_properties, "Id")
    # xmlsec gets the key alone, never a certificate: it is told of no authority, and asks for none.
    context.key = xmlsec.Key.from_memory(
        certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        xmlsec.constants.KeyDataFormatDer,
    )
    return context


def _length(certificate: x509.Certificate) -> int:
    key = certificate.public_key()
    return (key.key_size + 7) // 8 if isinstance(key, rsa.RSAPublicKey) else ECDSA_P384_LENGTH
