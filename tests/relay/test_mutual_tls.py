"""Mutual TLS between zones: each side shows a certificate of the peers' authority, or nothing."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from config.settings.peers import mutual_tls, peer_address
from exchange.errors import PeerError
from exchange.transfer import pull

pytestmark = pytest.mark.django_db


class Authority:
    """A certificate authority of a test: issues one certificate for each name."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / name
        self.folder.mkdir()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._sign(self.name, self.key.public_key(), is_authority=True)
        self.file = self._write("authority", self.certificate)

    def issue(self, name: str, *, ends_in: timedelta = timedelta(days=1)) -> dict[str, str]:
        """Return the files of a new certificate and its key, with this authority as the trust."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._sign(subject, key.public_key(), ends_in=ends_in)
        key_file = self.folder / f"{name}.key"
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return {
            "certificate": self._write(name, certificate),
            "key": str(key_file),
            "authority": self.file,
        }

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        is_authority: bool = False,
        ends_in: timedelta = timedelta(days=1),
    ) -> x509.Certificate:
        now = timezone.now()
        names = [x509.IPAddress(ip_address("127.0.0.1"))]
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + ends_in)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
        )
        return builder.sign(self.key, hashes.SHA256())

    def _write(self, name: str, certificate: x509.Certificate) -> str:
        path = self.folder / f"{name}.pem"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return str(path)


@contextmanager
def portal_behind_tls(files: dict[str, str]) -> Iterator[str]:
    """Serve an empty mailbox over TLS to whoever shows a certificate of the authority."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files["certificate"], files["key"])
    context.load_verify_locations(files["authority"])
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "city")


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "stranger")


def pull_over(url: str, tls: dict[str, str] | None, settings) -> int:
    settings.EXCHANGE = settings.EXCHANGE | {"pulls_from": {"portal": url}, "tls": tls}
    return pull("portal", timezone.now())


def test_peers_with_certificates_of_one_authority_talk(authority, settings) -> None:
    with portal_behind_tls(authority.issue("portal")) as url:
        assert pull_over(url, authority.issue("relay"), settings) == 0


def test_a_zone_that_shows_no_certificate_is_turned_away(authority, settings, monkeypatch) -> None:
    with portal_behind_tls(authority.issue("portal")) as url:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.file)
        with pytest.raises(PeerError):
            pull_over(url, None, settings)


def test_a_certificate_of_a_stranger_is_turned_away(authority, stranger, settings) -> None:
    shown = stranger.issue("relay") | {"authority": authority.file}

    with portal_behind_tls(authority.issue("portal")) as url, pytest.raises(PeerError):
        pull_over(url, shown, settings)


def test_a_portal_of_a_stranger_is_not_spoken_to(authority, stranger, settings) -> None:
    served = stranger.issue("portal") | {"authority": authority.file}

    with portal_behind_tls(served) as url, pytest.raises(PeerError):
        pull_over(url, authority.issue("relay"), settings)


def test_an_expired_certificate_is_turned_away(authority, settings) -> None:
    shown = authority.issue("relay", ends_in=timedelta(minutes=-1))

    with portal_behind_tls(authority.issue("portal")) as url, pytest.raises(PeerError):
        pull_over(url, shown, settings)


def test_a_portal_whose_certificate_has_expired_is_not_spoken_to(authority, settings) -> None:
    served = authority.issue("portal", ends_in=timedelta(minutes=-1))

    with portal_behind_tls(served) as url, pytest.raises(PeerError):
        pull_over(url, authority.issue("relay"), settings)


@pytest.mark.parametrize("url", ["http://relay.example", "ftp://127.0.0.1", "relay.example"])
def test_messages_are_not_carried_in_the_clear_between_machines(url, monkeypatch) -> None:
    monkeypatch.setenv("RELAY_EXCHANGE_URL", url)
    monkeypatch.setenv("DEMO", "0")

    with pytest.raises(ImproperlyConfigured, match="must be https"):
        peer_address("RELAY_EXCHANGE_URL", "the relay")


def test_https_without_a_certificate_of_its_own_stops_the_start(monkeypatch) -> None:
    monkeypatch.setenv("RELAY_EXCHANGE_URL", "https://relay.example")

    with pytest.raises(ImproperlyConfigured, match="EXCHANGE_TLS_KEY"):
        peer_address("RELAY_EXCHANGE_URL", "the relay")


def test_a_certificate_file_that_is_not_there_is_named(monkeypatch) -> None:
    monkeypatch.setenv("EXCHANGE_TLS_CERTIFICATE", "/nowhere/relay.pem")

    with pytest.raises(ImproperlyConfigured, match="EXCHANGE_TLS_CERTIFICATE"):
        mutual_tls()
