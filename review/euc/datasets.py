"""What may be extracted (EUC): subjects and items as data, and the rows of a request."""

import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from review.addressees.models import Addressee
from review.addressees.visibility import visible
from review.assessment.models import SourceDocument
from review.errors import Refusal
from review.levy.models import Decision
from review.sealed_fields import opened
from review.staff.models import StaffMember

FILE = Path(__file__).parent / "items.toml"
MOST_ROWS = 200_000


@dataclass(frozen=True)
class Item:
    """One item (項目) that may be taken, and by whom."""

    code: str
    label: str
    path: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Dataset:
    """One subject of extraction (抽出の対象)."""

    code: str
    label: str
    of_a_year: bool
    items: Sequence[Item]

    def permitted(self, member: StaffMember) -> list[Item]:
        """Return the items that the member's rights permit, in the order of the list."""
        return [item for item in self.items if member.holds(*item.roles)]

    def chosen(self, codes: Collection[str], member: StaffMember) -> list[Item]:
        """Return the items with these codes; refuses where one is not permitted (any more)."""
        found = [item for item in self.permitted(member) if item.code in codes]
        if not found or len(found) != len(set(codes)):
            raise Refusal(_("選んだ項目の中に、いまの権限では出力できないものがあります。"))
        return found


@cache
def datasets() -> dict[str, Dataset]:
    """Return the subjects by code."""
    return {
        code: Dataset(
            code,
            entry["label"],
            entry["year"],
            [Item(**one | {"roles": frozenset(one["roles"])}) for one in entry["items"]],
        )
        for code, entry in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    }


def table(
    dataset: Dataset,
    codes: Collection[str],
    *,
    tax_year: str,
    ward: str,
    member: StaffMember,
) -> tuple[list[str], Iterator[list[str]]]:
    """Return the head and the lines of an extract, as far as the member may see them.

    While a stop of use (利用停止) is in force the person stands in no list; whom 他業務参照不可
    hides from the member, neither. Too many rows are refused, never cut off.
    """
    items = dataset.chosen(codes, member)
    rows, person = _rows(dataset.code, tax_year)
    rows = visible(rows, member, person.removesuffix("__"))
    rows = rows.exclude(**{f"{person}rights_requests__state": "in_force"})
    if ward:
        rows = rows.filter(**{f"{person}ward": ward})
    if rows.count() > MOST_ROWS:
        text = _("%(n)s行を超えます。年度や区で条件を絞ってください。")
        raise Refusal(text % {"n": f"{MOST_ROWS:,}"})
    values = opened(rows.order_by(f"{person}number", "pk"), *(item.path for item in items))
    lines = ([_text(value) for value in row] for row in values)
    return [item.label for item in items], lines


def _rows(code: str, tax_year: str) -> "tuple[QuerySet[Any], str]":
    """Return the rows of a subject and the path from one to its person."""
    if code == "people":
        return Addressee.objects.all(), ""
    if code == "documents":
        return SourceDocument.objects.filter(tax_year=tax_year), "addressee__"
    decided = Decision.objects.filter(tax_year=tax_year, state=Decision.State.DECIDED)
    return decided, "addressee__"


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
