"""Mutations of valid documents and envelopes: never an accept, never an uncaught error."""

import time

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from signing import EnvelopeError, VerificationError, open_sealed, seal, verify
from signing.keys import generate_encryption_key, generate_signing_key
from tests.signing import forge

GOOD = forge.genuine()
POLICY, SOURCES = forge.policy(), forge.Vector("fuzz", "OK", GOOD).sources
CANONICAL = etree.tostring(etree.fromstring(GOOD), method="c14n")
RECIPIENT, SENDER = generate_encryption_key("enc"), generate_signing_key("sig")
SEALED = seal(b"secret" * 50, recipient=RECIPIENT.public(), sender=SENDER, message_id="m-1")
BOUNDED = settings(max_examples=250, deadline=2000)
EDITS = st.lists(
    st.tuples(st.floats(0, 0.9999), st.integers(0, 6), st.binary(max_size=6)),
    min_size=1,
    max_size=4,
)


def mutated(data, edits):
    for where, cut, new in edits:
        start = int(where * len(data))
        data = data[:start] + new + data[start + cut :]
    return data


def same_meaning(xml):
    """Say whether a mutation changed nothing that is signed: white space in base64 and the like."""
    try:
        return _squeezed(etree.fromstring(xml)) == _squeezed(etree.fromstring(GOOD))
    except (etree.XMLSyntaxError, etree.C14NError, ValueError):
        # What cannot be read or has no canonical form, as with a namespace cut short, is another.
        return False


def _squeezed(root):
    return b"".join(etree.tostring(root, method="c14n").split())


def accepted(xml):
    started = time.perf_counter()
    try:
        verify(xml, policy=POLICY, at=forge.AT, revocation=SOURCES)
    except VerificationError:
        return False
    finally:
        assert time.perf_counter() - started < 2
    return True


@BOUNDED
@example([(0.04, 2, b"")])
@given(EDITS)
def test_mutated_bytes_are_never_accepted(edits):
    xml = mutated(GOOD, edits)
    assume(not same_meaning(xml))

    assert not accepted(xml)


@BOUNDED
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(["move", "copy", "drop"]))
def test_mutated_trees_are_never_accepted(first, second, act):
    root = etree.fromstring(GOOD)
    nodes = list(root.iter())[1:]
    one, other = nodes[first % len(nodes)], nodes[second % len(nodes)]
    assume(one not in list(other.iterancestors()) and one is not other)
    if act == "drop":
        one.getparent().remove(one)
    else:
        other.append(etree.fromstring(etree.tostring(one)) if act == "copy" else one)
    xml = etree.tostring(root, encoding="UTF-8")
    assume(not same_meaning(xml))

    assert not accepted(xml)


@BOUNDED
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_never_accepted(data):
    assert not accepted(data)


@BOUNDED
@given(EDITS)
def test_mutated_envelope_never_opens(edits):
    sealed = mutated(SEALED, edits)
    assume(sealed != SEALED)

    try:
        opened = open_sealed(
            sealed,
            recipients={"enc": RECIPIENT.pem},
            senders={"sig": SENDER.public().pem},
            message_id="m-1",
        )
    except EnvelopeError:
        return
    assert opened is None
