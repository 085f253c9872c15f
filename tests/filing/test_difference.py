"""The difference of two versions, in the words of the form."""

from datetime import date
from typing import Any

from filing import Change, diff
from tests.filing.cast import NUMBERS, SALARY, answers, child, sato, sato_return, spouse


def between(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    return diff(sato_return(answers(**old)), sato_return(answers(**new), version=2))


def test_same_answers_in_a_new_version_are_no_difference() -> None:
    later = {"version": 2, "challenge": "b", "prepared_on": date(2027, 3, 1)}

    assert diff(sato_return(), sato_return(**later)) == []


def test_changed_amount_is_shown_old_and_new() -> None:
    assert between({}, {"salaries": [SALARY | {"revenue": 3_500_000}]}) == [
        Change("answers.salaries.0.revenue", "給与(1件目)の支払金額", 3_200_000, 3_500_000)
    ]


def test_row_put_in_front_changes_no_other_row() -> None:
    extra = {"payer": "有限会社阿蘇", "revenue": 400_000}

    assert between({}, {"salaries": [extra, SALARY]}) == [
        Change("answers.salaries.0.payer", "給与(1件目)の勤め先の名前", None, "有限会社阿蘇"),
        Change("answers.salaries.0.revenue", "給与(1件目)の支払金額", None, 400_000),
    ]


def test_removed_row_is_called_removed() -> None:
    extra = {"payer": "有限会社阿蘇", "revenue": 400_000}

    assert between({"salaries": [extra, SALARY]}, {}) == [
        Change("answers.salaries.0.payer", "給与(1件目)(削除)の勤め先の名前", "有限会社阿蘇", None),
        Change("answers.salaries.0.revenue", "給与(1件目)(削除)の支払金額", 400_000, None),
    ]


def test_renamed_payer_is_one_change() -> None:
    assert between({}, {"salaries": [SALARY | {"payer": "株式会社あそ"}]}) == [
        Change(
            "answers.salaries.0.payer",
            "給与(1件目)の勤め先の名前",
            "株式会社くまもと商店",
            "株式会社あそ",
        )
    ]


def test_choices_are_shown_in_words() -> None:
    old = {"spouse": spouse(living="apart"), "collection": "salary"}
    new = {"spouse": spouse(), "collection": "ordinary", "income_kinds": ["salary", "misc"]}

    assert between(old, new) == [
        Change("answers.income_kinds", "収入の種類", ("給与",), ("給与", "その他の雑所得")),
        Change("answers.spouse.living", "配偶者の同居・別居の区分", ("別居(国内)",), ("同居",)),
        Change(
            "answers.collection",
            "給与・公的年金等以外の所得の徴収方法",
            ("給与から差し引く(特別徴収)",),
            ("自分で納める(普通徴収)",),
        ),
    ]


def test_months_are_no_yen_and_days_are_days() -> None:
    helped = {"name": "佐藤 花子", "birth_date": "1960-05-05", "months": 12}
    old = {"family_workers": [helped]}
    new = {"family_workers": [helped | {"months": 10, "birth_date": "1960-05-06"}]}

    found = {
        change.field.rpartition(".")[2]: (change.old, change.new) for change in between(old, new)
    }

    assert found == {
        "months": ("12", "10"),
        "birth_date": (date(1960, 5, 5), date(1960, 5, 6)),
    }


def test_flag_is_shown_in_words() -> None:
    old, new = {"personal": {"widow": False}}, {"personal": {"widow": True}}

    assert between(old, new) == [
        Change("answers.personal.widow", "本人に関する控除の寡婦", ("該当しない",), ("該当する",))
    ]


def test_nothing_and_empty_are_the_same_to_the_reader() -> None:
    old, new = {"personal": {"disability": ""}}, {"personal": {}}

    assert between(old, new) == []


def test_no_income_left_is_shown_as_none() -> None:
    assert between({}, {"income_kinds": [], "salaries": [SALARY]}) == [
        Change("answers.income_kinds", "収入の種類", ("給与",), ("なし",))
    ]


def test_personal_number_is_masked() -> None:
    old = {"relatives": [child()]}
    new = {"relatives": [child(personal_number=NUMBERS[1])]}

    assert between(old, new) == [
        Change(
            "answers.relatives.0.personal_number",
            "扶養親族等(1件目)の個人番号",
            "********0005",
            "********0121",
        )
    ]


def test_moved_filer_is_shown() -> None:
    moved = sato_return(filer=sato(address="合志市竹迫2140"), phone="")

    assert diff(sato_return(), moved) == [
        Change("filer.address", "現在の住所", "熊本市中央区手取本町1番1号", "合志市竹迫2140"),
        Change("phone", "電話番号", "096-328-2181", None),
    ]
