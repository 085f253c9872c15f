"""The first start: keys, secrets, the demo CA, the city and its people's cards, the accounts."""

from collections.abc import Callable
from datetime import UTC, datetime

from demo import cards, city, keys, staff, zones
from demo.auth_app import keys as auth_app_keys
from demo.home import Home
from demo.processes import Processes, manage, migrate_all
from signing.demo import DemoPki

Say = Callable[[str], None]


def make(home: Home, say: Say) -> None:
    """Draw all that is drawn once. What is there already is left alone."""
    home.make_folders()
    city.write_outsiders(home.juki_net)
    if not home.keys("relay").exists():
        keys.make(home)
    auth_app_keys.make(home)
    zones.make(home)
    if (home.demo / "made").exists():
        _refresh_revocation(home)
        return
    now = datetime.now(UTC)
    say("鍵と認証局(模擬)を作ります")
    pki = DemoPki.create(home.pki, at=now)
    say(f"架空の住民 {city.RESIDENTS:,} 人と模擬カードを作ります")
    people = city.residents()
    shown = [cards.mint(pki, one, at=now) for one in personas(people)]
    cards.write(home, shown)
    city.write(home.city, people, (cards.link(card) for card in shown))
    staff.write(home)
    (home.demo / "made").touch()


def load(home: Home, say: Say) -> None:
    """Bring the databases up to date, and load the city the first time."""
    say("データベースを用意します")
    migrate_all(home)
    if (home.demo / "loaded").exists():
        return
    say("宛名、番号紐付、給与・年金の支払報告書を取り込みます")
    manage(home, "review", "load_city", str(home.city))
    manage(home, "review", "create_staff", "--file", str(home.demo / "staff.json"))
    (home.demo / "loaded").touch()


def personas(people: list[city.Resident]) -> list[city.Resident]:
    """Return varied people for the cards: salary, pension, no income, rare characters in names."""
    chosen: list[city.Resident] = []
    for kind, count in (("salary", 7), ("pension", 5), ("none", 2)):
        chosen += [one for one in people if one.kind == kind][:count]
    rare = [
        one for one in people if any(mark in one.name for mark in "髙﨑𠮷") and one not in chosen
    ]
    return [*chosen, *rare[: cards.SHOWN - len(chosen)]]


def start(home: Home, say: Say) -> Processes:
    """Make what is missing and start everything; on failure nothing is left running."""
    make(home, say)
    processes = Processes(home, zones.engines(home))
    try:
        processes.start_engines()
        load(home, say)
        say("三つの区画を起動します")
        processes.start_zones()
        processes.wait_until_healthy()
    except BaseException:
        processes.stop()
        raise
    return processes


def _refresh_revocation(home: Home) -> None:
    DemoPki.load(home.pki).publish_crl(datetime.now(UTC))
