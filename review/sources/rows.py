"""Rows as documents (資料行): a checked row becomes content, a person and what identifies it.

The content is in the words of the return's answers and holds no 個人番号: dependants become the
keyed hashes by which the same one is recognised in two documents.
"""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

from config.keyring import blind_index
from filing.eras import EraError, from_era
from review.addressees.folding import search_key
from review.addressees.models import number_index
from review.sources.layouts import Column, Layout, income_year
from review.sources.problems import RELATION, Problem

# What a row says about whose it is and where it belongs; none of it is content.
APART = frozenset(
    (
        *("form", "person", "birth", "family", "more", "division", "year", "municipality"),
        *("recipient", "pension"),
    )
)
PENSION_NUMBER = "pension.number"
# One encoder for all rows: to make one for each costs more than its work.
encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_TWELVE_DIGITS = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")


@dataclass(frozen=True)
class Subject:
    """Whose document it is (本人), as the row says it."""

    name: str = ""
    kana: str = ""
    birth_date: str = ""
    sex: str = ""
    address: str = ""
    number: str = ""
    addressee_number: str = ""


@dataclass(frozen=True)
class Row:
    """A good row: division (提出区分), person, content, and the keys by which it is known again.

    `content` is its JSON text, which `digest` names. `key` names the payer's document about this
    person: a 訂正 or 取消 of it carries the same.
    """

    division: int
    subject: Subject
    content: str
    amount: int
    key: str
    digest: str


class RowMaker:
    """Makes rows of one layout, 課税年度 and municipality."""

    def __init__(self, layout: Layout, tax_year: str, municipality_codes: Sequence[str]) -> None:
        self.layout = layout
        self.tax_year = tax_year
        self._year = income_year(tax_year)
        self._family = [
            (role, f"family.{place}.number", f"family.{place}.class")
            for place, role in enumerate(layout.family_roles)
        ]
        # 提出先市町村コード has five or six digits, and names the city or a ward: all are taken.
        self._codes = {code[:5] for code in municipality_codes}
        # Where → (outer names, name in the content, whether it is a number); of content alone.
        self._plan = {
            column.to: (column.to.split(".")[:-1], column.to.split(".")[-1], _is_amount(column))
            for column in layout.columns
            if column.to and column.to.partition(".")[0] not in APART
        }

    def make(self, values: Mapping[str, str]) -> Row | list[Problem]:
        """Return the row, or what does not fit together in it (E0004)."""
        birth, problems = self._birth(values)
        problems += self._misplaced(values)
        if problems:
            return problems
        subject = _subject(values, birth)
        content = self._content(values)
        text = encode(content)
        who = subject.number or subject.addressee_number
        if not who:
            who = f"{search_key(subject.name)}|{subject.birth_date}"
        payer = next((values[name] for name in self.layout.payer_key if values.get(name)), "")
        known_by = (self.layout.kind, self.tax_year, payer, who, values.get("recipient", ""))
        key = number_index("|".join(known_by)).hex()[:32]
        # Of the text without what is sealed: sealed twice, the same number reads differently.
        digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        if number := values.get(PENSION_NUMBER):
            text = encode(content | {"number_sealed": seal_pension_number(number, key, digest)})
        return Row(
            division=int(values["division"]),
            subject=subject,
            content=text,
            amount=int(content.get(self.layout.amount) or 0),
            key=key,
            digest=digest,
        )

    def _misplaced(self, values: Mapping[str, str]) -> list[Problem]:
        found = []
        if int(values["year"]) != self._year:
            message = (
                f"令和{self._year}年分の資料ではありません。取込みの課税年度を確かめてください。"
            )
            found.append(Problem(RELATION, "年分", message))
        town = values.get("municipality", "")
        if town and town[:5] not in self._codes:
            message = "他の市区町村あての資料です。回送してください。"
            found.append(Problem(RELATION, "提出先市町村コード", message))
        if int(values.get("small_business_mutual") or 0) > int(values.get("social_insurance") or 0):
            message = "内訳の金額が、社会保険料等の金額を超えています。"
            found.append(Problem(RELATION, "社会保険料等の金額の内訳", message))
        return found

    def _birth(self, values: Mapping[str, str]) -> tuple[str, list[Problem]]:
        """Return the birth date; one that is not stated is no fault, one that does not exist is."""
        if given := values.get("person.birth_date", ""):
            return (given, []) if _is_day(given) else ("", [_no_such_day()])
        parts = [values.get(f"birth.{part}", "") for part in ("era", "year", "month", "day")]
        if not any(parts):
            return "", []
        born = _era_day(self.layout.eras.get(parts[0], ""), *parts[1:])
        return (born, []) if born else ("", [_no_such_day()])

    def _content(self, values: Mapping[str, str]) -> dict[str, Any]:
        content: dict[str, Any] = {}
        flags = []
        for place, cell in values.items():
            if place not in self._plan:
                continue
            outer, name, is_amount = self._plan[place]
            if not outer:
                content[name] = int(cell) if is_amount else cell
            elif outer == ["flags"]:
                if cell != "0":
                    flags.append(name)
            else:
                into = content
                for step in outer:
                    into = into.setdefault(step, {})
                into[name] = int(cell) if is_amount else cell
        if flags:
            content["flags"] = flags
        if parts := content.pop("parts", None):
            content |= _summed(parts)
        _name_payer(content)
        if number := values.get(PENSION_NUMBER):
            content |= {"number_key": pension_key(number), "number_shown": f"*******{number[-3:]}"}
        return content | _family(values, self._family)


def pension_key(number: str) -> str:
    """Return the keyed hash by which a 基礎年金番号 is known again."""
    return blind_index(settings.INDEX_KEY, "pension-number", number).hex()


def seal_pension_number(number: str, key: str, digest: str) -> str:
    """Return a 基礎年金番号 sealed to its row, as text: 特定個人情報 is never stored open."""
    sealed = settings.DATA_KEYRING.encrypt(number.encode(), row=f"pension-number:{key}:{digest}")
    return b64encode(sealed).decode()


def open_pension_number(content: Mapping[str, Any], key: str, digest: str) -> str:
    """Return the 基礎年金番号 of a document's content; for programs, never for a page."""
    sealed = b64decode(content["number_sealed"])
    return settings.DATA_KEYRING.decrypt(sealed, row=f"pension-number:{key}:{digest}").decode()


def _subject(values: Mapping[str, str], birth: str) -> Subject:
    return Subject(
        name=values.get("person.name", ""),
        kana=values.get("person.kana", ""),
        birth_date=birth,
        sex=values.get("person.sex", ""),
        address=values.get("person.address", ""),
        number=values.get("person.number", ""),
        addressee_number=values.get("person.addressee_number", ""),
    )


def _is_amount(column: Column) -> bool:
    """Yen and numbers of people become numbers; codes and parts of dates stay texts."""
    return column.type == "digits" and (column.size >= 8 or column.to.startswith("counts."))


def _summed(parts: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the total of the kinds of pension (所得税法203条の3各号) beside the parts."""
    listed = [{"part": int(number) + 1, **amounts} for number, amounts in sorted(parts.items())]
    total = {
        name: sum(part.get(name, 0) for part in listed) for name in ("revenue", "withheld_tax")
    }
    return {"parts": listed, **total}


def _name_payer(content: dict[str, Any]) -> None:
    """Keep a payer's 法人番号; that of a person who pays wages is a 個人番号 and does not stay."""
    payer_id = content.pop("payer_id", "")
    if len(payer_id) == 13:
        content["payer_number"] = payer_id


def _family(values: Mapping[str, str], places: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    family = []
    for role, number_place, class_place in places:
        if number := values.get(number_place):
            entry = {"role": role, "key": number_index(number).hex()}
            if given := values.get(class_place):
                entry["class"] = given
            family.append(entry)
    for role, place in (("dependant", "more.dependant"), ("under_16", "more.under_16")):
        for number in _TWELVE_DIGITS.findall(values.get(place, "")):
            family.append({"role": role, "key": number_index(number).hex()})
    if not family:
        return {}
    return {"family": family, "dependants": [entry["key"] for entry in family]}


@lru_cache(maxsize=65_536)
def _era_day(era: str, year: str, month: str, day: str) -> str:
    """Return a day written in parts as an ISO date, empty where there is no such day."""
    try:
        return from_era(era, int(year), int(month), int(day)).isoformat()
    except (EraError, ValueError):
        return ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _no_such_day() -> Problem:
    return Problem(RELATION, "生年月日", "この日はありません。元号と年月日を確かめてください。")
