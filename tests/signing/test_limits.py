"""Hostile documents within limits: seconds, memory, no file, no network."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import json, random, resource, sys, time
sys.path.insert(0, "")
from signing import EnvelopeError, VerificationError, open_sealed, seal, verify
from signing.keys import generate_encryption_key, generate_signing_key
from tests.signing import corpus, forge

good = forge.genuine()
policy, sources = forge.policy(), forge.Vector("limits", "OK", good).sources
enc, sig = generate_encryption_key("e"), generate_signing_key("s")
sealed = seal(b"x" * 9000, recipient=enc.public(), sender=sig, message_id="m")
public = sig.public().pem
verify(good, policy=policy, at=forge.AT, revocation=sources)
open_sealed(sealed, recipients={"e": enc.pem}, senders={"s": public}, message_id="m")
try:
    verify(b"<a/>", policy=policy, at=forge.AT, revocation=sources)
except VerificationError:
    pass  # what is imported late has been imported now
nested = b"<a>" * 100_000
hostile = [
    nested, b"<a" + b" x='1'" * 100_000 + b"/>", b"<a>" + b"&lt;" * 400_000 + b"</a>",
    b"<!DOCTYPE a [<!ENTITY a 'b'>]><a>&a;</a>", b"<a>" + b"x" * 1_900_000 + b"</a>",
    b"<a xmlns:x='" + b"y" * 900_000 + b"'/>", good.replace(b"<", b"<!-- -->" + b"<"),
    b"\\x00" * 1_000_000, good[:-1], good * 100,
]
chance = random.Random(20261123)
for _ in range(1500):
    data = bytearray(good)
    for _ in range(chance.randint(1, 5)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    hostile.append(bytes(data))
touched = []
watching = False
def watch(event, arguments):
    if watching and event.split(".")[0] in ("open", "socket", "subprocess", "os"):
        touched.append(f"{event} {arguments[0]}" if arguments else event)
sys.addaudithook(watch)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
watching, slowest, accepted = True, 0.0, 0
for xml in hostile:
    began = time.perf_counter()
    try:
        verify(xml, policy=policy, at=forge.AT, revocation=sources)
        accepted += xml != good and xml.split() != good.split()
    except VerificationError:
        pass
    slowest = max(slowest, time.perf_counter() - began)
for _ in range(600):
    data = bytearray(sealed)
    data[chance.randrange(len(data))] = chance.randrange(256)
    if bytes(data) == sealed:
        continue
    try:
        open_sealed(
            bytes(data), recipients={"e": enc.pem}, senders={"s": public}, message_id="m"
        )
        accepted += 1
    except EnvelopeError:
        pass
watching = False
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "slowest": slowest, "grown_mb": (after - before) / 1024, "accepted": accepted,
    "touched": sorted(set(touched)),
}))
"""


def test_hostile_documents_cost_little_and_touch_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", CHILD], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr[-2_000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["accepted"] == 0
    assert seen["touched"] == []
    assert seen["slowest"] < 2
    assert seen["grown_mb"] < 200
