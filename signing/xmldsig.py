"""Step 3, the cryptography: the only module that imports xmlsec.

xmlsec is given the certificate's key and nothing else to choose from: two transforms, one kind of
digest list, one signature method, and the one Id that the second reference may resolve.
"""

import hashlib

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing import names
from signing.errors import VerificationError
from signing.structure import SignatureParts

MIN_RSA_BITS = 2048
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


def verify(parts: SignatureParts, certificate: x509.Certificate) -> None:
    """Check both digests and the signature value under the certificate's own key."""
    _check_key(parts, certificate)
    context = xmlsec.SignatureContext()
    for transform in _TRANSFORMS:
        context.enable_reference_transform(transform)
    for transform in (*_TRANSFORMS, _METHODS[parts.signature_method]):
        context.enable_signature_transform(transform)
    context.register_id(parts.signed_properties, "Id")
    pem = certificate.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
    try:
        context.verify(parts.signature)
    except xmlsec.Error as error:
        reason = "SIG_VALUE_INVALID" if _value_holds_not(parts, certificate) else "HASH_MISMATCH"
        raise VerificationError(reason) from error
    digest = hashlib.new(names.HASHES[parts.digest_method], parts.certificate_der).digest()
    if digest != parts.certificate_digest:
        raise VerificationError("CERT_REF_MISMATCH")


def _check_key(parts: SignatureParts, certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        if parts.signature_method != names.RSA_SHA256:
            raise VerificationError("ALG_KEY_MISMATCH")
        if key.key_size < MIN_RSA_BITS:
            raise VerificationError("KEY_TOO_WEAK")
        if len(parts.signature_value) != key.key_size // 8:
            raise VerificationError("SIG_VALUE_INVALID", "length")
        return
    if isinstance(key, ec.EllipticCurvePublicKey):
        if parts.signature_method != names.ECDSA_SHA384:
            raise VerificationError("ALG_KEY_MISMATCH")
        if not isinstance(key.curve, ec.SECP384R1):
            raise VerificationError("KEY_TOO_WEAK")
        return
    raise VerificationError("ALG_KEY_MISMATCH")


def _value_holds_not(parts: SignatureParts, certificate: x509.Certificate) -> bool:
    """Say whether the signature value itself fails, as against a digest that it covers."""
    from signing.xades import signature_holds

    return not signature_holds(parts, certificate)
