"""Rulings (資料間の不一致の決定): what staff decided, applied to the merged answers.

「ほかの資料による」 takes the other document's amount, or denies a dependant or a deduction (否認).
"""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import Any

from review.reconcile.comparison import Difference, Payment, rows_by_payer, yen
from review.reconcile.models import Disagreement
from review.reconcile.spouses import (
    contradiction_in,
    with_late_spouse,
    without_claim,
    without_spouse,
)

Kind, Outcome = Disagreement.Kind, Disagreement.Outcome
#: The office's own word on a dependant, and its outcomes where it adds one or changes the income.
ACT, ADDED, INCOME = "dependant_act", "added", Outcome.INCOME.value
#: Rulings that take an amount as a document states it, and end with what it stated.
STATED = frozenset({Kind.AMOUNT, Kind.INSURANCE_OVER})
DEPENDANTS = {Kind.DEPENDANT_TWICE, Kind.DEPENDANT_INCOME, Kind.DEPENDANT_AGE, ACT}


@dataclass(frozen=True)
class Ruling:
    """Ruling (決定): the outcome, an amount (yen), and what it says of a dependant."""

    outcome: str
    amount: int = 0
    age: int = 0
    #: Of a dependant whom the office adds: how related, and born when.
    role: str = ""
    born: date | None = None
    #: The day of death: of a spouse beside 寡婦・ひとり親 as found, of others the register's.
    died: date | None = None

    @property
    def denies(self) -> bool:
        """Tell whether the other document counts and not what was declared."""
        return self.outcome == Outcome.REPORTED


#: (kind, key) of a settled disagreement → its ruling.
Rulings = Mapping[tuple[str, str], Ruling]


def denied_dependants(rulings: Rulings) -> dict[str, int]:
    """Return the denied dependants: key → age on 31 December of the income year."""
    found = rulings.items()
    return {key: r.age for (kind, key), r in found if kind in DEPENDANTS and r.denies}


def registered_deaths(rulings: Rulings) -> dict[str, date | None]:
    """Return whose day of death is the register's: key → the day, None where it knows of none."""
    found = rulings.items()
    return {key: r.died for (kind, key), r in found if kind == Kind.DEPENDANT_DEATH and r.denies}


def added_dependants(rulings: Rulings, known: Container[str]) -> Iterator[tuple[str, Ruling]]:
    """Yield whom the office adds (職権による追加) and the documents do not name already."""
    for (kind, key), ruling in rulings.items():
        if kind == ACT and ruling.outcome == ADDED and key not in known:
            yield key, ruling


def changed_incomes(rulings: Rulings, known: Container[str]) -> dict[str, Ruling]:
    """Return the rulings on the income of dependants whom the documents name (所得を改める).

    The office's own word counts over one on a finding; to add somebody again says the income too.
    """
    found = {
        key: r
        for (kind, key), r in rulings.items()
        if kind == Kind.DEPENDANT_INCOME and r.outcome == INCOME
    }
    for (kind, key), ruling in rulings.items():
        if kind == ACT and ruling.outcome in (ADDED, INCOME) and key in known:
            found[key] = ruling
    denied = denied_dependants(rulings)
    return {key: ruling for key, ruling in found.items() if key not in denied}


def keys_of(family_document: Any | None) -> list[str]:
    """Return by which keys a document names its spouse and relatives."""
    content = family_document.content if family_document is not None else {}
    members = [member.get("key", "") for member in content.get("family") or []]
    return [*(content.get("dependants") or []), *members]


def still_standing(rulings: Rulings, found: Collection[Difference]) -> Rulings:
    """Return the rulings without those on an amount that the documents state no longer (訂正).

    A decision takes what a document said. Where that document was corrected since, nobody has
    decided on what it says now: the difference is open again, or there is none any more.
    """
    stated = {(one.kind, one.key): one.reported for one in found}
    return {
        place: ruling
        for place, ruling in rulings.items()
        if place[0] not in STATED or stated.get(place) == yen(ruling.amount)
    }


def apply_rulings(
    answers: dict[str, Any],
    rulings: Rulings,
    family_document: Any | None,
    tax_year: str,
    payments: Sequence[Payment] = (),
) -> dict[str, Any]:
    """Return the answers as staff decided; what documents state stays as it is in the documents."""
    by_payer = {payment.key: payment for payment in payments}
    for (kind, key), ruling in rulings.items():
        if kind == Kind.CONTRADICTION:
            answers = _without_contradiction(answers, key, ruling, tax_year)
        if not ruling.denies:
            continue
        if kind == Kind.AMOUNT:
            payer, _colon, name = key.rpartition(":")
            answers = _with_reported_amount(answers, by_payer[payer], name)
        elif kind == Kind.INSURANCE_OVER:
            answers = _with_paid_premiums(answers, key, ruling.amount)
        elif kind == Kind.DISABILITY:
            answers = _with_registered_disability(answers)
    answers = _with_changed_incomes(answers, rulings, family_document)
    answers = _without_denied(answers, rulings, family_document)
    for _key, ruling in added_dependants(rulings, keys_of(family_document)):
        answers = _with_added(answers, ruling)
    return answers


def _without_denied(
    answers: dict[str, Any], rulings: Rulings, family_document: Any | None
) -> dict[str, Any]:
    denied = denied_dependants(rulings)
    if not denied or family_document is None:
        return answers
    content = family_document.content
    if "answers" in content:
        return _without_dependants(answers, denied, *_keys_by_place(content))
    return _with_smaller_counts(answers, denied, content.get("family") or [])


def _with_changed_incomes(
    answers: dict[str, Any], rulings: Rulings, family_document: Any | None
) -> dict[str, Any]:
    """Give dependants the income that was found; the law says what is left (34条1項10号の2)."""
    changed = changed_incomes(rulings, keys_of(family_document))
    if not changed or family_document is None:
        return answers
    content = family_document.content
    if "answers" in content:
        return _with_incomes(answers, changed, *_keys_by_place(content))
    return _with_incomes_by_class(answers, changed, content.get("family") or [])


def _keys_by_place(content: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the spouse's key and those of the relatives, as the return names them in order.

    By what the return states: another ruling may have taken the spouse out of the answers already.
    """
    keys = list(content.get("dependants") or [])
    return (keys.pop(0) if keys and content["answers"].get("spouse") else ""), keys


def _with_incomes(
    answers: dict[str, Any], changed: Mapping[str, Ruling], of_spouse: str, keys: list[str]
) -> dict[str, Any]:
    answers = dict(answers)

    def told(row: dict[str, Any], key: str) -> dict[str, Any]:
        return {**row, "total_income": changed[key].amount} if key in changed else row

    if spouse := answers.get("spouse"):
        answers["spouse"] = told(spouse, of_spouse)
    if relatives := answers.get("relatives"):
        named = [told(row, key) for row, key in zip(relatives, keys, strict=False)]
        answers["relatives"] = [*named, *relatives[len(named) :]]
    return answers


def _with_incomes_by_class(
    answers: dict[str, Any], changed: Mapping[str, Ruling], members: list[dict[str, Any]]
) -> dict[str, Any]:
    """Say the income of a report's spouse, or of one in the class that the age gives."""
    family = dict(answers.get("family") or {})
    counts, found = family.get("counts") or {}, dict[str, list[int]]()
    for member in members:
        if not (ruling := changed.get(member.get("key", ""))):
            continue
        if member.get("role") != "spouse":
            found.setdefault(_classes(ruling.age, counts)[-1], []).append(ruling.amount)
        elif spouse := family.get("spouse"):
            family["spouse"] = {**spouse, "total_income": ruling.amount}
    # Who was found is one of those whom the report has in the class.
    stated = family.get("incomes") or {}
    incomes = {
        name: amounts + stated.get(name, [])[len(amounts) :] for name, amounts in found.items()
    }
    if incomes:
        family["incomes"] = {**stated, **incomes}
    return {**answers, "family": family}


def _with_reported_amount(answers: dict[str, Any], payment: Payment, name: str) -> dict[str, Any]:
    """Take what the payer reported, never more in all than that (ほかの資料による)."""
    rows = list(answers.get(payment.block) or [])
    own = rows_by_payer(answers, payment.block).get(payment.key, [])
    amounts = iter(_row_by_row(own, payment, name))
    told = [{**row, name: next(amounts)} if row in own else row for row in rows]
    return {**answers, payment.block: told}


def _row_by_row(rows: Sequence[Mapping[str, Any]], payment: Payment, name: str) -> list[int]:
    """Return what each of a payer's rows states by the reports: row and report by 支払金額.

    Where they are not as many, or come to something else, all stands in the first row.
    """
    total = payment.amounts[name]
    by_size = sorted(range(len(rows)), key=lambda at: rows[at].get("revenue") or 0)
    reports = sorted(payment.counted, key=lambda report: report.content.get("revenue") or 0)
    found = [0] * len(rows)
    if len(reports) == len(rows):
        for at, report in zip(by_size, reports, strict=True):
            found[at] = report.content.get(name) or 0
    return found if sum(found) == total else [total, *[0] * (len(rows) - 1)]


def _with_paid_premiums(answers: dict[str, Any], key: str, paid: int) -> dict[str, Any]:
    """Lower the declared premiums of a scheme to what was paid, in the order declared."""
    scheme, left, rows = key.partition(":")[2], paid, []
    for row in answers.get("social_insurance") or []:
        if row.get("kind") == scheme:
            row = {**row, "amount": min(row.get("amount") or 0, left)}
            left -= row["amount"]
        rows.append(row)
    return {**answers, "social_insurance": rows}


def _with_registered_disability(answers: dict[str, Any]) -> dict[str, Any]:
    registered = (answers.get("registers") or {}).get("disability", "")
    personal = {**(answers.get("personal") or {}), "disability": registered}
    return {**answers, "personal": personal}


def _without_contradiction(
    answers: dict[str, Any], key: str, ruling: Ruling, tax_year: str
) -> dict[str, Any]:
    """Leave out the spouse, or 寡婦・ひとり親, or neither where the spouse died in the year.

    Nothing where a later document has put it right: the ruling was about the one before.
    """
    name = contradiction_in(answers, tax_year)
    if key != f"flags.{name}":
        return answers
    if ruling.died:
        return with_late_spouse(answers, ruling.died)
    return without_claim(answers, name) if ruling.denies else without_spouse(answers)


def _with_added(answers: dict[str, Any], ruling: Ruling) -> dict[str, Any]:
    born = ruling.born.isoformat() if ruling.born else ""
    row = {"birth_date": born, "total_income": ruling.amount, "disability": ""}
    if ruling.died:
        row["died_on"] = ruling.died.isoformat()
    if ruling.role == "spouse":
        return {**answers, "spouse": row}
    return {**answers, "relatives": [*(answers.get("relatives") or []), row]}


def _without_dependants(
    answers: dict[str, Any], denied: Mapping[str, int], of_spouse: str, keys: list[str]
) -> dict[str, Any]:
    """Leave the denied out of a return's answers (扶養の否認)."""
    answers = dict(answers)
    if answers.get("spouse") and of_spouse in denied:
        answers.pop("spouse")
    if relatives := answers.get("relatives"):
        kept = [key not in denied for key in keys] + [True] * len(relatives)
        answers["relatives"] = list(compress(relatives, kept))
        return answers | _denied(len(answers["relatives"]) < len(relatives))
    return answers


def _denied(some: bool) -> dict[str, bool]:
    """Whether relatives were denied: whoever named only these names none (ひとり親の子)."""
    return {"denied_relatives": True} if some else {}


def _with_smaller_counts(
    answers: dict[str, Any], denied: Mapping[str, int], members: list[dict[str, Any]]
) -> dict[str, Any]:
    """Lower the counts of a report: which class a denied person was counted in, the age says."""
    family = dict(answers.get("family") or {})
    counts, left_out = dict(family.get("counts") or {}), False
    for member in members:
        if member.get("key") not in denied:
            continue
        if member.get("role") == "spouse":
            family.pop("spouse", None)
            continue
        left_out = True
        for name in _classes(denied[member["key"]], counts):
            counts[name] = max((counts.get(name) or 0) - 1, 0)
    return {**answers, "family": {**family, "counts": counts}, **_denied(left_out)}


def _classes(age: int, counts: Mapping[str, int]) -> list[str]:
    if age < 16:
        return ["under_16"]
    if 19 <= age <= 22:
        return ["specific" if counts.get("specific") else "specific_relative"]
    if age >= 70:
        # 同居老親等 are counted among 老人 too.
        return ["elderly", "elderly_together"] if counts.get("elderly_together") else ["elderly"]
    return ["other"]
