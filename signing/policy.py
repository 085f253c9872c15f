"""The verification policy: which authorities are trusted, for which purpose, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography import x509

from signing.certificates import subject_key_id

DEMO_ORGANISATION = "JPKI-SIM"


class DemoAnchorError(Exception):
    """A demo authority stands among the trusted ones where demos are off."""


@dataclass(frozen=True)
class Policy:
    """Trusted authorities and the one certificate policy that counts.

    Three real generations share one name, so an authority is found by its key, never by name.
    """

    anchors: tuple[x509.Certificate, ...]
    policy_oid: str
    signing_window_seconds: int = 3600

    @classmethod
    def from_directory(
        cls, anchors_dir: str | Path, *, policy_oid: str, allow_demo: bool
    ) -> "Policy":
        """Read the anchors (*.pem, *.crt, *.cer, *.der) of a folder.

        Raises DemoAnchorError where one is a demo authority and demos are off.
        """
        files = sorted(p for p in Path(anchors_dir).iterdir() if p.suffix in SUFFIXES)
        anchors = tuple(certificate for path in files for certificate in read_file(path))
        for anchor in anchors:
            if not allow_demo and is_demo(anchor):
                raise DemoAnchorError("a demo CA is among the anchors, but DEMO is off")
        return cls(anchors=anchors, policy_oid=policy_oid)

    def anchors_by_key(self, key_id: str) -> list[x509.Certificate]:
        """Return the anchors with this key id; all of them where a certificate names none."""
        if not key_id:
            return [anchor for anchors in self._by_key.values() for anchor in anchors]
        return self._by_key.get(key_id, [])

    @cached_property
    def _by_key(self) -> Mapping[str, list[x509.Certificate]]:
        found: dict[str, list[x509.Certificate]] = {}
        for anchor in self.anchors:
            if may_issue(anchor):
                found.setdefault(subject_key_id(anchor), []).append(anchor)
        return found


SUFFIXES = (".pem", ".crt", ".cer", ".der")


def read_file(path: Path) -> list[x509.Certificate]:
    """Return the certificates of a PEM or DER file."""
    data = path.read_bytes()
    if b"-----BEGIN" in data:
        return x509.load_pem_x509_certificates(data)
    return [x509.load_der_x509_certificate(data)]


def may_issue(certificate: x509.Certificate) -> bool:
    """Say whether a certificate is an authority's: CA:TRUE, and its key may sign others."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return constraints.ca and usage.key_cert_sign


def is_demo(certificate: x509.Certificate) -> bool:
    """Say whether an authority names itself a simulation."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    return any(DEMO_ORGANISATION in str(name.value) for name in names)
