"""A simulated time-stamp authority (模擬の時刻認証局) for demo and tests; nobody else trusts it.

It answers RFC 3161 requests with tokens shaped like a commercial authority's. `Answers` holds what
a test may want to be wrong about the next answer.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.authority import Authority, Extensions, usage

TSA_UNIT = "SIMULATED time-stamp authority"
TSA_POLICY = "1.2.392.200149.8.5.9.0.1"
STAMPING: Extensions = (
    (usage("digital_signature"), True),
    (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
)


@dataclass(frozen=True)
class Answers:
    """How the next answers look; the defaults are a good authority's."""

    status: str = "granted"
    policy: str = TSA_POLICY
    digest: bytes | None = None
    nonce: int | None = None
    at: datetime | None = None


@dataclass
class DemoTsa:
    """A key with a certificate for time stamps under a simulated root of its own."""

    root: Authority
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    answers: Answers = field(default_factory=Answers)
    serial: int = 0

    @classmethod
    def create(
        cls, *, at: datetime, extensions: Extensions = STAMPING, valid_days: int = 3650
    ) -> "DemoTsa":
        """Make a root and a stamping certificate, both valid from before `at`."""
        root = Authority.create(ec.generate_private_key(ec.SECP384R1()), at=at, unit=TSA_UNIT)
        key = ec.generate_private_key(ec.SECP256R1())
        since, until = at - timedelta(days=1), at + timedelta(days=valid_days)
        certificate = root.certify(key.public_key(), extensions, since=since, until=until)
        return cls(root, key, certificate)

    def answer_with(self, **changes: Any) -> None:
        """Let the next answers be wrong in these respects."""
        self.answers = replace(self.answers, **changes)

    def respond(self, request: bytes, *, now: datetime) -> bytes:
        """Return the DER response to a DER request."""
        if self.answers.status in ("granted", "granted_with_mods"):
            asked = tsp.TimeStampReq.load(request, strict=True)
            token = self._token(self._info(asked, self.answers.at or now))
            status = {"status": self.answers.status}
            fields = {"status": status, "time_stamp_token": token}
            return bytes(tsp.TimeStampResp(fields).dump())
        refusal = tsp.PKIStatusInfo({"status": self.answers.status}).dump()
        return bytes((0x30, len(refusal))) + bytes(refusal)

    def _info(self, asked: Any, at: datetime) -> bytes:
        self.serial += 1
        digest = self.answers.digest or asked["message_imprint"]["hashed_message"].native
        algorithm = {"algorithm": "sha256"}
        fields = {
            "version": "v1",
            "policy": self.answers.policy,
            "message_imprint": {"hash_algorithm": algorithm, "hashed_message": digest},
            "serial_number": self.serial,
            "gen_time": at.replace(microsecond=0),
            "nonce": self.answers.nonce or asked["nonce"].native,
        }
        return bytes(tsp.TSTInfo(fields).dump())

    def _token(self, info: bytes) -> cms.ContentInfo:
        certificate = self.certificate.public_bytes(serialization.Encoding.DER)
        listed = asn1_x509.Certificate.load(certificate)
        attributes = self._attributes(info)
        content = cms.ParsableOctetString(info)
        signer = {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": listed.issuer,
                    "serial_number": listed.serial_number,
                }
            },
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
        signed = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": content},
            "certificates": [listed],
            "signer_infos": [signer],
        }
        fields = {"content_type": "signed_data", "content": cms.SignedData(signed)}
        return cms.ContentInfo(fields)

    def _attributes(self, info: bytes) -> cms.CMSAttributes:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(info)
        named = tsp.SigningCertificateV2(
            {"certs": [{"cert_hash": self.certificate.fingerprint(hashes.SHA256())}]}
        )
        values = {
            "content_type": "tst_info",
            "message_digest": digest.finalize(),
            "signing_certificate_v2": named,
        }
        entries = [{"type": kind, "values": [value]} for kind, value in values.items()]
        return cms.CMSAttributes(entries)


class _Handler(BaseHTTPRequestHandler):
    """One POST, one answer; the server's `tsa` and `clock` say which."""

    server: "TsaServer"

    def do_POST(self) -> None:
        request = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.tsa.respond(request, now=self.server.now)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: tests and demo have their own output."""


class TsaServer(ThreadingHTTPServer):
    """The simulator on this machine's loopback address, on a port of the system's choice."""

    def __init__(self, tsa: DemoTsa, now: datetime) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tsa, self.now = tsa, now

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"
