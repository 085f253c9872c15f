"""What stands on an employer's notice (特別徴収義務者用): its employees and each month's sum."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from review.assessment.preparing import Employer, municipality
from review.levy.models import Decision
from review.notices.contents import SAMPLE, TITLES, Kind, table, year_shown, yen
from review.notices.models import IssuedDocument
from review.notices.months import Months, total_of
from review.notices.recipients import of_employer, registered
from review.notices.slips import MONTHS, remittance_slips


class Employee(NamedTuple):
    """An employee's decision, the one before where there is one, and what is withheld."""

    decision: Decision
    months: Months
    before: Decision | None = None


def employer_notice(
    employer: Employer, tax_year: str, employees: Sequence[Employee]
) -> dict[str, Any]:
    """Return the 特別徴収税額通知書 for an employer: employees, sums by month, slips (NOT-01)."""
    sums = list(total_of(e.months for e in employees).after)
    lines = [
        [e.decision.addressee.name, *map(yen, (sum(e.months.after), *e.months.after[:2]))]
        for e in employees
    ]
    by_month = [[name, yen(amount)] for name, amount in zip(MONTHS, sums, strict=True)]
    made = _document(Kind.EMPLOYER, employer, tax_year, len(lines))
    made["facts"].append(["特別徴収税額の合計", yen(sum(sums))])
    made["tables"] = [
        table("納税義務者ごとの税額", ["氏名", "年税額", "6月分", "7月分から"], lines),
        table("月ごとの納入額", ["月", "金額"], by_month),
    ]
    return made | {"slips": remittance_slips(sums, tax_year, payer=employer.name)}


def employer_change(
    employer: Employer, tax_year: str, employees: Sequence[Employee], left: list[int]
) -> dict[str, Any]:
    """Return the 変更通知書 for an employer: only who changed, old and new (NOT-03).

    `left` is what it has to pay in over all its employees, in the months that are left: for those
    the slips are made anew.
    """
    months = total_of(e.months for e in employees)
    lines = [
        [
            e.decision.addressee.name,
            str(e.decision.get_cause_display()),
            *map(yen, (sum(e.months.before), sum(e.months.after))),
        ]
        for e in employees
    ]
    made = _document(Kind.EMPLOYER_CHANGE, employer, tax_year, len(lines))
    made["facts"].append(["増減する税額", yen(sum(months.after) - sum(months.before))])
    made["tables"] = [
        table("変更のある納税義務者", ["氏名", "変更の理由", "変更前", "変更後"], lines),
        months.table | {"title": "変更のある納税義務者の月割額の合計"},
    ]
    return made | {"slips": remittance_slips(left, tax_year, payer=employer.name)}


def _document(
    kind: IssuedDocument.Kind, employer: Employer, tax_year: str, people: int
) -> dict[str, Any]:
    known = registered(employer)
    designated = known.designated_number if known else ""
    return {
        "title": TITLES[kind],
        "sample": SAMPLE,
        "year": year_shown(tax_year),
        **of_employer(employer).printed,
        "from": f"{municipality()}長",
        "facts": [
            ["指定番号", designated or "—"],
            ["法人番号", employer.number or "—"],
            ["人数", f"{people}人"],
        ],
        "notes": ["毎月の税額は、翌月10日までに納入してください。"],
    }
