"""The verification policy: which authorities are trusted, for which purpose, and since when."""

from dataclasses import dataclass
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
        """Return the anchors with this key id."""
        return [anchor for anchor in self.anchors if subject_key_id(anchor) == key_id]


SUFFIXES = (".pem", ".crt", ".cer", ".der")


def read_file(path: Path) -> list[x509.Certificate]:
    """Return the certificates of a PEM or DER file."""
    data = path.read_bytes()
    if b"-----BEGIN" in data:
        return x509.load_pem_x509_certificates(data)
    return [x509.load_der_x509_certificate(data)]


def is_demo(certificate: x509.Certificate) -> bool:
    """Say whether an authority names itself a simulation."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    return any(DEMO_ORGANISATION in str(name.value) for name in names)
