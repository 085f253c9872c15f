"""住基ネット behind an adapter: is this number this person's? No live link is built here.

Where no adapter is connected, the office asks at its own terminal and types in the number of the
inquiry. The simulator answers from a file of invented people, for demos and tests alone; whatever
it says is kept as 模擬.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

from filing import Person
from review.addressees.folding import search_key


@dataclass(frozen=True)
class Answer:
    """What 住基ネット answers (本人確認情報照会の回答): its number, and whether they agree."""

    reference: str
    known: bool
    agrees: bool


class JukiNet(Protocol):
    """A link to 住基ネット (本人確認情報照会)."""

    name: str

    def ask(self, person: Person) -> Answer:
        """Ask whether the 個人番号 belongs to the person of these 4情報."""
        ...


class Simulator:
    """住基ネット simulator (住基ネットシミュレータ): knows whom its file names, one JSON a line."""

    name = "住基ネット(模擬)"

    def __init__(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line]
        self._people = {row["personal_number"]: row for row in rows}

    def ask(self, person: Person) -> Answer:
        row = self._people.get(person.personal_number)
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('juki_net_simulated_serial')")
            reference = f"SIM-{int(cursor.fetchone()[0]):06d}"
        if row is None:
            return Answer(reference, known=False, agrees=False)
        same_name = search_key(row["name"]) == search_key(person.name)
        born = date.fromisoformat(row["birth_date"]) == person.birth_date
        agrees = same_name and born and row["sex"] == person.sex
        return Answer(reference, known=True, agrees=agrees)


def connected() -> JukiNet | None:
    """Return the link that this installation has; None where the office asks at its terminal."""
    path = settings.JUKI_NET_SIMULATOR
    return Simulator(Path(path)) if path else None
