"""Where simulated lists are published (失効リストの配布点): one place for each municipality.

The national authority splits its lists by municipality and names the place in each certificate.
"""

import re

from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

_MUNICIPALITY = re.compile(
    r"(?P<prefecture>.{2,3}?[都道府県])(?P<city>.+?郡.+?[町村]|.+?[市区町村])"
)


def municipality_of(address: str) -> tuple[str, str]:
    """Return prefecture and municipality of an address; what it does not name is 不明."""
    found = _MUNICIPALITY.match(address)
    return (found["prefecture"], found["city"]) if found else ("不明", "不明")


def point_of(address: str) -> x509.DirectoryName:
    """Return the distribution point of the municipality that an address lies in."""
    prefecture, city = municipality_of(address)
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "JP", _ASN1Type.PrintableString)
    rest = (
        (NameOID.ORGANIZATION_NAME, "JPKI-SIM"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, prefecture),
        (NameOID.COMMON_NAME, city),
    )
    names = (x509.NameAttribute(oid, text, _ASN1Type.UTF8String) for oid, text in rest)
    return x509.DirectoryName(x509.Name([country, *names]))


def points_extension(address: str) -> tuple[x509.ExtensionType, bool]:
    """Return the extension by which a card's certificate names its list."""
    point = x509.DistributionPoint([point_of(address)], None, None, None)
    return x509.CRLDistributionPoints([point]), False


def scope_extension(address: str) -> tuple[x509.ExtensionType, bool]:
    """Return the extension by which a list says that it covers one municipality only."""
    scope = x509.IssuingDistributionPoint(
        full_name=[point_of(address)],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    return scope, True
