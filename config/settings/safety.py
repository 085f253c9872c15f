"""What a production zone refuses to start with: anything that was made for demos or tests.

Runs when the settings are read, so that web processes, workers and commands all refuse alike.
"""

from pathlib import Path

from cryptography import x509
from django.core.exceptions import ImproperlyConfigured

from signing.policy import SUFFIXES, read_file

# The organisations of our own simulation and of the national test hierarchy.
DEMO_ORGANISATIONS = ("JPKI-SIM", "JPKI-TEST")
# The arc of the certificate policies of the national test environment; demo cards carry one.
TEST_POLICIES = "1.2.392.200149.8.5.1.0."
# Keys that the demo makes are named so, and a key keeps its name wherever it is copied.
DEMO_KEY = "demo-"


def refuse_demo_keys(keys_dir: Path) -> None:
    """Refuse a folder that holds a key made for the demo. ImproperlyConfigured names the file."""
    for path in sorted(keys_dir.rglob(f"{DEMO_KEY}*.pem")):
        raise ImproperlyConfigured(f"KEYS_DIR holds the demo key {path.name}, but DEMO is off")


def refuse_demo_data_keys(text: str) -> None:
    """Refuse a key ring with a key made for the demo; only the key's name is shown."""
    names = [entry.split(":", 1)[0] for entry in text.split(",")]
    for name in names:
        if name.startswith(DEMO_KEY):
            raise ImproperlyConfigured(f"DATA_KEYS holds the demo key {name}, but DEMO is off")


def refuse_demo_trust(anchors_dir: str, policy_oid: str) -> None:
    """Refuse a trusted authority, or a certificate policy, that is a demo's or a test's."""
    if f"{policy_oid}.".startswith(TEST_POLICIES):
        raise ImproperlyConfigured(
            f"CERTIFICATE_POLICY {policy_oid} is of the test environment, but DEMO is off"
        )
    folder = Path(anchors_dir)
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in files:
        if path.suffix in SUFFIXES and any(_is_demo(one) for one in _read(path)):
            raise ImproperlyConfigured(
                f"ANCHORS_DIR: {path.name} is a demo or test authority, but DEMO is off"
            )


def _read(path: Path) -> list[x509.Certificate]:
    try:
        return read_file(path)
    except ValueError as error:
        raise ImproperlyConfigured(f"ANCHORS_DIR: {path.name} is no certificate") from error


def _is_demo(certificate: x509.Certificate) -> bool:
    """Issuer and subject are looked at: an authority of a demo signs itself or another's."""
    names = (*certificate.subject, *certificate.issuer)
    return any(mark in str(name.value) for name in names for mark in DEMO_ORGANISATIONS)
