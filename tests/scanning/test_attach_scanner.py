"""What the scanner's client says of clean and infected files, and of a scanner that fails."""

import socket

import pytest

from scanning import ClamdScanner, Outcome, Verdict
from tests.scanning.simulator import NAME, SIGNATURE, simulator


def test_clean_file_arrives_whole_and_may_be_opened() -> None:
    content = bytes(range(256)) * 1000
    with simulator() as clamd:
        verdict = ClamdScanner(clamd.address).scan(content)
    assert (verdict, verdict.may_be_opened) == (Verdict(Outcome.CLEAN), True)
    assert clamd.streams == [content]


def test_infected_file_is_named_even_across_two_chunks() -> None:
    content = b"x" * (64 * 1024 - 5) + SIGNATURE
    with simulator() as clamd:
        verdict = ClamdScanner(clamd.address).scan(content)
    assert (verdict, verdict.may_be_opened) == (Verdict(Outcome.INFECTED, NAME), False)


def test_absent_scanner_leaves_file_unscanned() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    verdict = ClamdScanner(f"tcp:127.0.0.1:{port}").scan(b"a")
    assert (verdict, verdict.may_be_opened) == (Verdict(Outcome.UNSCANNED, "unreachable"), False)


def test_absent_local_socket_leaves_file_unscanned() -> None:
    verdict = ClamdScanner("unix:/nonexistent/clamd.sock").scan(b"a")
    assert verdict == Verdict(Outcome.UNSCANNED, "unreachable")


def test_silent_scanner_is_given_up_in_time() -> None:
    with simulator(silent=True) as clamd:
        verdict = ClamdScanner(clamd.address, seconds=0.2).scan(b"a")
    assert verdict == Verdict(Outcome.UNSCANNED, "timeout")


def test_file_above_own_limit_is_not_sent() -> None:
    with simulator() as clamd:
        verdict = ClamdScanner(clamd.address, largest=10).scan(b"x" * 11)
    assert (verdict, clamd.streams) == (Verdict(Outcome.UNSCANNED, "too_large"), [])


def test_file_above_scanners_limit_is_unscanned() -> None:
    with simulator(limit=10) as clamd:
        verdict = ClamdScanner(clamd.address).scan(b"x" * 11)
    assert verdict.outcome == Outcome.UNSCANNED


def test_clean_answer_before_the_whole_file_is_no_verdict() -> None:
    with simulator(limit=10, early=b"stream: OK\0") as clamd:
        verdict = ClamdScanner(clamd.address).scan(b"x" * 19_000_000)
    assert verdict.outcome == Outcome.UNSCANNED


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", "not_looked_into"),
        (b"stream: Heuristics.Encrypted.PDF FOUND\0", "not_looked_into"),
        (b"stream: Can't allocate memory ERROR\0", "scanner_error"),
        (b"stream: FOUND\0", "scanner_error"),
        (b"OK\0", "scanner_error"),
        (b"stream: OK", "no_answer"),
        (b"", "no_answer"),
    ],
)
def test_other_answers_are_neither_clean_nor_infected(reply: bytes, detail: str) -> None:
    with simulator(reply=reply) as clamd:
        verdict = ClamdScanner(clamd.address).scan(b"a")
    assert verdict == Verdict(Outcome.UNSCANNED, detail)


@pytest.mark.parametrize("address", ["", "unix:", "tcp:host", "tcp::3310", "http://host:1"])
def test_address_of_neither_form_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="unix:PATH or tcp:HOST:PORT"):
        ClamdScanner(address)
