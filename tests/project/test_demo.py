"""The demo's own pieces: the synthetic city, and what it says when the machine is not ready."""

import socket
from pathlib import Path

import pytest

from demo import city, keys, recipient
from demo.home import Home
from demo.prechecks import NotReady, check
from filing.numbers import personal_number_is_valid
from signing.handover import seal_file
from signing.handover_cli import open_command, write_pair
from signing.keys import PrivateKey
from tests.ports import free_row_of_ports


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, free_row_of_ports())


def test_city_has_a_thousand_people_each_with_a_valid_number_of_their_own() -> None:
    numbers = [one.personal_number for one in city.residents()]

    assert len(set(numbers)) == len(numbers) >= 1_000
    assert [number for number in numbers if not personal_number_is_valid(number)] == []


def test_city_is_the_same_each_time() -> None:
    assert city.residents() == city.residents()


def test_city_has_names_that_systems_stumble_over() -> None:
    letters = "".join(one.name for one in city.residents())

    # Compatibility characters, one beyond the basic plane, and a variation selector.
    assert [mark for mark in "髙﨑𠮷\U000e0100" if mark not in letters] == []


def test_port_in_use_is_named_together_with_the_way_out(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", home.port("review")))
        other.listen()

        with pytest.raises(NotReady) as refused:
            check(home)

    assert str(refused.value) == (
        f"Port {home.port('review')} is in use (is a demo running already?). "
        f"Choose others with: PORT_BASE={home.port_base + 100} make demo"
    )


def test_database_port_of_another_program_is_in_the_way(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", home.port("postgres")))
        other.listen()

        with pytest.raises(NotReady, match=f"Port {home.port('postgres')} is in use"):
            check(home)


@pytest.mark.parametrize("chosen", ["", "abc", "80", "65535"])
def test_wrong_port_base_is_refused(chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT_BASE", chosen)

    with pytest.raises(ValueError, match="PORT_BASE is a port from 1024 on"):
        Home.default()


def test_page_tells_how_the_made_up_recipient_opens_a_file(home: Home, tmp_path: Path) -> None:
    home.recipient.mkdir(parents=True)
    assert recipient.how_to_open(home) == ""
    keys.make(home)
    to = write_pair(home.recipient)
    (own,) = (home.keys("review") / "own" / "signing").glob("*.pem")
    city_key = PrivateKey(own.stem, own.read_bytes())
    sealed = seal_file(b"content", name="made.csv", recipient=to, sender=city_key)
    (tmp_path / "made.sealed").write_bytes(sealed)

    told = recipient.how_to_open(home).replace("FILE.sealed", f"{tmp_path}/made.sealed")
    words = told.replace("FOLDER", str(tmp_path)).split()

    assert words[:4] == [".venv/bin/python", "-m", "signing", "open-file"]
    assert open_command(words[4:]) == 0
    assert (tmp_path / "made.csv").read_bytes() == b"content"
