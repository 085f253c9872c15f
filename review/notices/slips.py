"""Payment slips (納付書・納入書): one for each term that is still to be paid, as tear-off parts.

The official form (地方税法施行規則の様式) and the numbers by which banks and eLTAX know a payment
could not be read: the slips are marked 「見本」, and no 納付番号 stands on them.
"""

from datetime import date
from typing import Any

from filing.calendar import next_business_day, western_year
from filing.eras import to_era
from review.levy.models import Collection
from review.levy.terms import extra_due, term_dates

Method = Collection.Method
MONTHS = ("6月", "7月", "8月", "9月", "10月", "11月", "12月", "1月", "2月", "3月", "4月", "5月")


def dues(row: Collection, tax_year: str, decided_on: date) -> list[tuple[str, date, int]]:
    """Return the terms that a resident pays (期, 納期限, yen)."""
    if row.method == Method.EXTRA:
        return [("随時", extra_due(decided_on), row.total)]
    days = term_dates(Method.ORDINARY, tax_year)
    return [
        (f"第{at}期", day, amount)
        for at, (day, amount) in enumerate(zip(days, row.amounts, strict=True), start=1)
    ]


def payment_slips(
    rows: list[Collection], tax_year: str, decided_on: date, *, payer: str
) -> dict[str, Any]:
    """Return 納付書 for what falls due after the decision."""
    found = [
        _slip(term, day, amount)
        for row in rows
        if row.method in (Method.ORDINARY, Method.EXTRA)
        for term, day, amount in dues(row, tax_year, decided_on)
        if amount and day > decided_on
    ]
    return {"title": "納付書", "payer": payer, "rows": found}


def remittance_slips(sums: list[int], tax_year: str, *, payer: str) -> dict[str, Any]:
    """Return 特別徴収納入書 by month: due on the 10th of the next one (地方税法321条の5)."""
    found = []
    for at, amount in enumerate(sums):
        month = 7 + at
        year = western_year(tax_year) + (month > 12)
        due = next_business_day(date(year, (month - 1) % 12 + 1, 10))
        if amount:
            found.append(_slip(f"{MONTHS[at]}分", due, amount))
    return {"title": "特別徴収納入書", "payer": payer, "rows": found}


def _slip(term: str, due: date, amount: int) -> dict[str, str]:
    return {"term": term, "due": to_era(due), "amount": f"{amount:,}円"}
