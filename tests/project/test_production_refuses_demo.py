"""A zone without DEMO refuses to start with anything that was made for demos or tests."""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from demo import keys
from demo.home import Home
from signing.authority import POLICY_OID
from signing.demo import DemoPki
from tests.project.test_settings import KEY, PORTAL

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2027, 2, 1, tzinfo=UTC)
REVIEW = {
    **PORTAL,
    "ZONE": "review",
    "DATABASE_URL": "postgres://review:secret@127.0.0.1:5432/review",
    "INDEX_KEY": "an index key",
    "YEAR_KEYS_DIR": "year-keys",
    "UPLOAD_DIR": tempfile.gettempdir(),
    "RELAY_EXCHANGE_URL": "http://127.0.0.1:9",
}
RELAY = {
    **PORTAL,
    "ZONE": "relay",
    "DATABASE_URL": "postgres://relay:secret@127.0.0.1:5432/relay",
    "PORTAL_EXCHANGE_URL": "http://127.0.0.1:9",
}
ZONES = pytest.mark.parametrize("zone", [PORTAL, REVIEW], ids=["portal", "review"])
COMMAND = ("manage.py", "check")
WEB = ("-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--workers", "1")
WORKER = ("-m", "celery", "-A", "config", "worker", "--pool", "solo")


def start(environment: dict[str, str], process: tuple[str, ...] = COMMAND) -> tuple[int, str]:
    """Start a process of a zone; return its exit code and what it said on standard error."""
    done = subprocess.run(
        [sys.executable, *process],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return DemoPki.create(tmp_path_factory.mktemp("pki"), at=NOW)


def authority(organisation: str) -> bytes:
    """Return a self-signed authority of an organisation, DER."""
    key = ec.generate_private_key(ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    builder = builder.public_key(key.public_key()).not_valid_before(NOW)
    made = builder.not_valid_after(NOW.replace(year=2037)).sign(key, hashes.SHA384())
    return made.public_bytes(serialization.Encoding.DER)


@ZONES
def test_zone_starts_with_anchors_that_are_no_demo(zone: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "ca.cer").write_bytes(authority("JPKI"))

    code, _said = start(zone | {"ANCHORS_DIR": str(tmp_path)})

    assert code == 0


@ZONES
@pytest.mark.parametrize("process", [COMMAND, WEB, WORKER], ids=["command", "web", "worker"])
def test_zone_refuses_a_demo_anchor(
    zone: dict[str, str], process: tuple[str, ...], pki: DemoPki
) -> None:
    code, said = start(zone | {"ANCHORS_DIR": str(pki.anchors)}, process)

    assert code != 0
    assert "ANCHORS_DIR: demo-ca-2.pem is a demo or test authority, but DEMO is off" in said


@ZONES
def test_zone_refuses_the_national_test_hierarchy(zone: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "test-ca.der").write_bytes(authority("JPKI-TEST"))

    code, said = start(zone | {"ANCHORS_DIR": str(tmp_path)})

    assert code != 0
    assert "test-ca.der is a demo or test authority" in said


@ZONES
def test_zone_refuses_the_policy_of_demo_cards(zone: dict[str, str]) -> None:
    code, said = start(zone | {"CERTIFICATE_POLICY": POLICY_OID})

    assert code != 0
    assert f"CERTIFICATE_POLICY {POLICY_OID} is of the test environment" in said


@pytest.mark.parametrize("zone", [PORTAL, RELAY, REVIEW], ids=["portal", "relay", "review"])
def test_zone_refuses_the_keys_of_a_demo(zone: dict[str, str], tmp_path: Path) -> None:
    home = Home(tmp_path, 8000)
    keys.make(home)

    code, said = start(zone | {"KEYS_DIR": str(home.keys(zone["ZONE"]))})

    assert code != 0
    assert "KEYS_DIR holds the demo key demo-" in said


@ZONES
def test_zone_refuses_a_demo_key_for_its_data_and_does_not_show_it(zone: dict[str, str]) -> None:
    code, said = start(zone | {"DATA_KEYS": f"demo-2026:{KEY.partition(':')[2]}"})

    assert code != 0
    assert "DATA_KEYS holds the demo key demo-2026, but DEMO is off" in said
    assert KEY.partition(":")[2] not in said


def test_zone_refuses_a_file_among_the_anchors_that_is_no_certificate(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")

    code, said = start(PORTAL | {"ANCHORS_DIR": str(tmp_path)})

    assert code != 0
    assert "ANCHORS_DIR: ca.pem is no certificate" in said


@ZONES
def test_demo_starts_with_all_of_it(zone: dict[str, str], pki: DemoPki) -> None:
    demo = {"DEMO": "1", "ANCHORS_DIR": str(pki.anchors), "CERTIFICATE_POLICY": POLICY_OID}

    code, _said = start(zone | demo)

    assert code == 0


@pytest.mark.parametrize("url", ["http://ocsp.invalid/", "ldap://allowed.invalid/", "ocsp"])
def test_portal_refuses_a_responder_that_is_not_on_its_list(url: str) -> None:
    code, said = start(PORTAL | {"OCSP_URL": url, "REVOCATION_HOSTS": "allowed.invalid"})

    assert code != 0
    assert "its host one of REVOCATION_HOSTS" in said
