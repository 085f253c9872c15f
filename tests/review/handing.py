"""The other side of a hand-over: recipients with keys of their own, and what they find inside."""

import io
import json
import zipfile
from functools import cache

from exchange import keys
from review.recipients import services
from review.recipients.models import Recipient
from signing.handover import open_file, recipient_key
from signing.keys import PrivateKey, generate_encryption_key
from tests.review.story import NOW, REASON, actor

PRINTER = {"kind": "printer", "code": "7123456789012", "name": "試験印刷株式会社"}
ELTAX = {"kind": "eltax", "code": "1", "name": "市民税課の送信端末"}
TAX_SYSTEM = {"kind": "tax_system", "code": "2", "name": "試験税務システム"}
FUKUOKA = {"kind": "municipality", "code": "401307", "name": "福岡県福岡市"}


@cache
def key_pair() -> PrivateKey:
    """Return the recipients' key, made once: they all have the same, which no city would."""
    return generate_encryption_key("handover")


def enter(staff, who=PRINTER, *, key=True, **more):
    """Suzuki enters a recipient, Tanaka confirms it with the fingerprint."""
    pem = key_pair().public().pem.decode() if key else ""
    told = {"reason": REASON, "now": NOW}
    given = who | {"pem": pem} | more
    row = services.propose(given, why="契約", by=actor(staff["suzuki"]), **told)
    return services.confirm(
        row, fingerprint=row.fingerprint[:16], by=actor(staff["tanaka"]), **told
    )


def opened(sealed):
    """Return name and content of a sealed file, checked against its slip as its recipient does."""
    files = sealed if isinstance(sealed, dict) else sealed.files
    (name,) = [name for name in files if name.endswith(".sealed")]
    own = keys.own_signing_key().public()
    found = open_file(files[name], key=key_pair().pem, senders={own.kid: own.pem})
    slip = json.loads(next(files[n] for n in files if n.endswith(".slip.json")))
    assert slip["key"] == recipient_key(key_pair().public().pem).kid
    return found.name, found.content, slip


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def downloaded(response):
    """Return name, content and slip of what a page handed out."""
    return opened(unzipped(response.content))


__all__ = ["Recipient", "downloaded", "enter", "opened", "unzipped"]
