"""Single fields by their path: label, box, value, correction."""

import pytest

from filing import FilingError, box_of, label_of, value_at, with_value
from tests.filing.cast import SALARY, answers, child, sato_return

DOCUMENT = sato_return(answers(relatives=[child()], collection="ordinary"))


@pytest.mark.parametrize(
    ("field", "label", "box", "value"),
    [
        ("answers.salaries.0.revenue", "給与(1件目)の支払金額", "カ", 3_200_000),
        ("answers.salaries.0.withheld_tax", "給与(1件目)の源泉徴収税額", "カ", 52_000),
        ("answers.salaries.0", "給与(1件目)", "カ", SALARY),
        ("answers.salaries.3.revenue", "給与(4件目)の支払金額", "カ", None),
        ("answers.spouse.name", "配偶者の氏名", "㉑", None),
        ("answers.medical.paid", "医療費の支払った医療費", "㉗", None),
        (
            "answers.collection",
            "給与・公的年金等以外の所得の徴収方法",
            "徴収方法の選択",
            "ordinary",
        ),
        ("filer.name", "氏名", "氏名", "佐藤　花子"),
        ("address_jan1", "1月1日現在の住所", "1月1日現在の住所", "熊本市中央区手取本町1番1号"),
        ("phone", "電話番号", "電話番号", "096-328-2181"),
        ("version", "版", "", 1),
    ],
)
def test_field_has_label_box_and_value(field: str, label: str, box: str, value: object) -> None:
    assert label_of("R9", field) == label
    assert box_of("R9", field) == box
    assert value_at(DOCUMENT, field) == value


@pytest.mark.parametrize(
    "field",
    [
        "",
        "answers",
        "answers.bonus",
        "answers.salaries.x.revenue",
        "answers.salaries.0.bonus",
        "answers.salaries.0.revenue.more",
        "answers.collection.0",
        "answers.spouse.name.first",
        "filer",
        "filer.phone",
        "filer.__class__",
        "filer.name.upper",
        "__class__",
    ],
)
def test_path_that_the_form_lacks_is_refused(field: str) -> None:
    with pytest.raises(FilingError, match="この様式にない"):
        label_of("R9", field)
    with pytest.raises(FilingError, match="この様式にない"):
        value_at(DOCUMENT, field)


def test_correction_changes_one_answer_and_leaves_the_original() -> None:
    corrected = with_value(DOCUMENT, "answers.salaries.0.revenue", 3_100_000)

    assert corrected.answers == DOCUMENT.answers | {"salaries": [SALARY | {"revenue": 3_100_000}]}
    assert DOCUMENT.answers["salaries"] == [SALARY]


def test_correction_may_fill_an_empty_block_and_empty_it_again() -> None:
    filled = with_value(DOCUMENT, "answers.life.care", 30_000)

    assert filled.answers["life"] == {"care": 30_000}
    assert "life" not in with_value(filled, "answers.life", None).answers


def test_correction_may_replace_a_whole_block() -> None:
    corrected = with_value(DOCUMENT, "answers.salaries", [SALARY, SALARY | {"payer": "店"}])

    assert value_at(corrected, "answers.salaries.1.payer") == "店"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("answers.salaries.0.revenue", -1, "0以上の金額"),
        ("answers.salaries.0.revenue", None, "支払金額を入力してください"),
        ("answers.salaries.1.revenue", 1, "その行はありません"),
        ("answers.pensions.0.revenue", 1, "その行はありません"),
        ("answers.salaries", [{"payer": "店"}], "支払金額を入力してください"),
        ("filer.name", "鈴木", "訂正できません"),
    ],
)
def test_correction_that_the_form_cannot_hold_is_refused(
    field: str, value: object, message: str
) -> None:
    with pytest.raises(FilingError, match=message):
        with_value(DOCUMENT, field, value)
