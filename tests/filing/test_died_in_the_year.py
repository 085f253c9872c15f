"""年の中途で死亡した家族: judged on the day of death, the filer on 31 December."""

from datetime import date
from typing import Any

import pytest

import tax
from filing import Return, diff, read_xml, tax_inputs, validate, write_xml
from filing.calendar import age_when_judged, day_of_judging
from tests.filing.cast import answers, child, sato_return, spouse

LATE_HUSBAND = {"died_on": "2026-08-20"}


def found(document: Return) -> list[tuple[str, str, str]]:
    return [(problem.field, problem.rule, problem.level) for problem in validate(document)]


def bereaved(**blocks: Any) -> Return:
    """佐藤, whose husband died in August, with a salary of 3,200,000 yen."""
    return sato_return(answers(**({"spouse": spouse(**LATE_HUSBAND)} | blocks)))


def figures(document: Return) -> dict[str, Any]:
    return tax.assess(tax_inputs(document), tax_year="R9", municipality="熊本市").result


@pytest.mark.parametrize(
    ("died_on", "day"),
    [
        (None, date(2026, 12, 31)),
        ("", date(2026, 12, 31)),
        ("2026-01-01", date(2026, 1, 1)),
        ("2026-12-31", date(2026, 12, 31)),
        ("2025-12-31", date(2026, 12, 31)),
        ("2027-01-01", date(2026, 12, 31)),
    ],
)
def test_the_day_that_counts_is_the_death_in_the_year_or_its_end(
    died_on: str | None, day: date
) -> None:
    assert day_of_judging(died_on, "R9") == day


def test_who_died_before_their_birthday_keeps_the_age_of_that_day() -> None:
    born = date(1956, 9, 1)

    assert age_when_judged(born, "2026-08-20", "R9") == 69
    assert age_when_judged(born, None, "R9") == 70


def test_late_husband_and_widow_stand_in_one_return() -> None:
    """2,160,000 - 480,000 - 330,000 - 260,000 - 430,000 = 660,000 at 8 % and 2 %.

    調整控除: (50,000 + 50,000 + 10,000) x 5 % = 4,400 and 1,100; 均等割など 5,500.
    """
    document = bereaved(personal={"widow": True})

    assert [p for p in validate(document) if p.level == "error"] == []
    result = figures(document)
    assert (result["spouse_deduction"], result["widow_deduction"]) == (330_000, 260_000)
    assert (result["income_levy_city"], result["income_levy_pref"]) == (48_400, 12_100)
    assert result["total"] == 66_000


def test_late_husband_and_single_parent_stand_in_one_return() -> None:
    """2,160,000 - 480,000 - 330,000 - 300,000 - 430,000 = 620,000 at 8 % and 2 %.

    調整控除: (50,000 + 50,000 + 50,000) x 5 % = 6,000 and 1,500; 均等割など 5,500.
    """
    small = child(birth_date="2016-04-01")

    result = figures(bereaved(personal={"single_parent": "mother"}, relatives=[small]))

    assert (result["spouse_deduction"], result["single_parent_deduction"]) == (330_000, 300_000)
    assert (result["income_levy_city"], result["income_levy_pref"]) == (43_600, 10_900)
    assert result["total"] == 60_000


@pytest.mark.parametrize(
    ("born", "died_on", "deduction"),
    [
        ("1956-09-01", "2026-08-20", 330_000),  # 69 on that day
        ("1956-08-20", "2026-08-20", 380_000),  # 70 on that day
        ("1956-09-01", "2026-09-10", 380_000),
    ],
)
def test_class_of_a_late_spouse_follows_from_the_day_of_death(
    born: str, died_on: str, deduction: int
) -> None:
    document = bereaved(spouse=spouse(birth_date=born, died_on=died_on))

    assert figures(document)["spouse_deduction"] == deduction


@pytest.mark.parametrize(
    ("born", "died_on", "deduction"),
    [
        ("1956-09-01", "2026-08-20", 330_000),  # 69: 一般, and 老人 had they lived
        ("1956-09-01", "2026-10-01", 380_000),
        ("2007-09-01", "2026-08-20", 330_000),  # 18: 一般, and 特定 had they lived
        ("2007-09-01", "2026-10-01", 450_000),
        ("2010-09-01", "2026-08-20", 0),  # 15: 16歳未満
        ("2010-09-01", "2026-10-01", 330_000),
        ("2026-02-01", "2026-02-03", 0),  # born and died in the year: counted, 16歳未満
    ],
)
def test_class_of_a_late_relative_follows_from_the_day_of_death(
    born: str, died_on: str, deduction: int
) -> None:
    relative = child(relation="other", birth_date=born, died_on=died_on)

    assert figures(bereaved(spouse=None, relatives=[relative]))["dependant_deduction"] == deduction


@pytest.mark.parametrize(
    ("died_on", "expected"),
    [
        ("2026-01-01", ("answers.spouse.died_on", "look_up", "warning")),
        ("2026-12-31", ("answers.spouse.died_on", "look_up", "warning")),
        ("2025-12-31", ("answers.spouse.died_on", "earlier", "error")),
        ("2027-01-01", ("answers.spouse.died_on", "later", "error")),
        ("1984-12-23", ("answers.spouse.died_on", "before_birth", "error")),
    ],
)
def test_day_of_death_is_one_of_the_year(died_on: str, expected: tuple[str, str, str]) -> None:
    assert found(bereaved(spouse=spouse(died_on=died_on))) == [expected]


@pytest.mark.parametrize(
    ("died_on", "deduction", "total"),
    [
        # 2,160,000 - 480,000 - 430,000 = 1,250,000 at 8 % and 2 %, less 50,000 x 5 %, and 5,500.
        ("2025-11-02", 0, 128_000),
        ("2025-12-31", 0, 128_000),
        # 330,000 less, and of 調整控除 50,000 x 5 % more.
        ("2026-01-01", 330_000, 92_500),
        ("2027-01-01", 330_000, 92_500),
    ],
)
def test_spouse_who_died_before_the_year_brings_nothing(
    died_on: str, deduction: int, total: int
) -> None:
    result = figures(bereaved(spouse=spouse(died_on=died_on)))

    assert (result["spouse_deduction"], result["total"]) == (deduction, total)


@pytest.mark.parametrize(("died_on", "deduction"), [("2025-12-31", 0), ("2026-01-01", 330_000)])
def test_relative_who_died_before_the_year_brings_nothing(died_on: str, deduction: int) -> None:
    brother = child(relation="sibling", birth_date="1990-01-01", died_on=died_on)

    assert figures(bereaved(spouse=None, relatives=[brother]))["dependant_deduction"] == deduction


@pytest.mark.parametrize(
    ("child_of_hers", "deducted"),
    [
        ({"died_on": "2025-12-31"}, 0),
        ({"died_on": "2026-01-01"}, 300_000),
        ({"birth_date": "2027-01-02"}, 0),
        ({"birth_date": ""}, 300_000),
    ],
)
def test_single_parents_only_child_has_to_have_lived_in_the_year(
    child_of_hers: dict[str, str], deducted: int
) -> None:
    """A paper or 確定申告 may name such a child; where a birth date is missing nothing is known."""
    document = sato_return(
        answers(relatives=[child(**child_of_hers)], personal={"single_parent": "mother"})
    )

    assert figures(document)["single_parent_deduction"] == deducted


@pytest.mark.parametrize("died_on", ["", "2025-12-31", "2027-01-01"])
def test_spouse_of_31_december_still_excludes_widow(died_on: str) -> None:
    husband = spouse(**({"died_on": died_on} if died_on else {}))

    rules = [
        rule for _field, rule, _level in found(bereaved(spouse=husband, personal={"widow": True}))
    ]

    assert "spouse_exists" in rules


def test_late_relative_of_69_is_no_old_parent_living_together() -> None:
    father = child(
        relation="parent", birth_date="1956-09-01", cohabiting_parent=True, died_on="2026-08-20"
    )

    assert ("answers.relatives.0.cohabiting_parent", "age", "error") in found(
        bereaved(spouse=None, relatives=[father])
    )


def test_day_of_death_goes_into_the_document_and_its_difference() -> None:
    before = bereaved(spouse=spouse())
    after = read_xml(write_xml(bereaved(relatives=[child(died_on="2026-03-03")])))

    assert after.answers["spouse"]["died_on"] == "2026-08-20"
    assert after.answers["relatives"][0]["died_on"] == "2026-03-03"
    assert "配偶者の亡くなった日" in [change.label for change in diff(before, after)]
