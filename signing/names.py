"""Names of the signature profile: namespaces, algorithms that are allowed, transforms."""

from functools import cache

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = DS + "enveloped-signature"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA384 = "http://www.w3.org/2001/04/xmldsig-more#sha384"
SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
HASHES = {SHA256: "sha256", SHA384: "sha384", SHA512: "sha512"}


@cache
def ds(name: str) -> str:
    """Return the lxml name of an XML signature element."""
    return f"{{{DS}}}{name}"


@cache
def xades(name: str) -> str:
    """Return the lxml name of a XAdES element."""
    return f"{{{XADES}}}{name}"
