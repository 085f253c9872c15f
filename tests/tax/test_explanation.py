"""計算の説明・効き目: lines with the numbers in them, doubts said, savings counted."""

from tax import assess
from tests.tax.places import place


def lines_of(inputs, **options):
    return {line.label: line for line in assess(inputs, **options).explanation}


def test_the_salary_line_shows_the_table_step():
    line = lines_of({"salary": 5_001_000})["給与所得"]
    assert line.amount == 3_560_000
    assert line.formula == (
        "5,001,000円（4,000円単位に切り捨てて 5,000,000円） × 80％ － 440,000円 ＝ 3,560,000円"
    )
    assert "所得税法28条" in line.basis


def test_sections_come_in_the_order_of_the_computation():
    lines = assess({"salary": 5_000_000, "furusato": 30_000}).explanation
    sections = list(dict.fromkeys(line.section for line in lines))
    assert sections == [
        "所得",
        "所得控除",
        "非課税の判定",
        "課税標準と税率",
        "税額控除",
        "税額",
        "納め方",
    ]


def test_doubts_of_the_law_are_said_where_they_matter():
    single = {"flags": {"single_parent": "mother"}, "relatives": [{"age": 3}]}
    assert lines_of(single, tax_year="R8")["ひとり親控除"].note == ""
    assert lines_of(single, tax_year="R9")["ひとり親控除"].note.startswith("【要確認】")
    odd, even = ({"earthquake": {"earthquake": paid}} for paid in (20_001, 20_000))
    assert lines_of(odd)["地震保険料控除"].note.startswith("【要確認】")
    assert lines_of(even)["地震保険料控除"].note == ""


def test_a_loss_is_marked_as_one():
    business = {"revenue": 100, "expenses": 1_000_100}
    line = lines_of({"business": business})["事業所得（営業等）"]
    assert (line.amount, "△1,000,000円" in line.formula) == (-1_000_000, True)


def test_a_place_without_amounts_is_explained_as_far_as_known():
    labels = lines_of({"salary": 5_000_000}, municipality=place(city_kinto=None, kyuchi=None))
    assert "市民税所得割" in labels
    assert "年税額" not in labels


def test_each_claim_says_what_it_saved():
    inputs = {
        "salary": 5_000_000,
        "social_insurance": 700_000,
        "relatives": [{"age": 17}],
        "flags": {"disability": "general"},
        "furusato": 30_000,
    }
    saved = dict(assess(inputs).savings)
    # 10% of each, and 3,000 yen of 調整控除: below 2 million of taxable income the difference of
    # 110,000 counts in full (5,500), above it only the minimum (2,500).
    assert saved["社会保険料控除"] == 73_000
    assert saved["扶養控除・特定親族特別控除など"] == 36_000
    assert set(saved) == {
        "社会保険料控除",
        "扶養控除・特定親族特別控除など",
        "障害者控除",
        "寄附金税額控除（ふるさと納税）",
    }


def test_what_if_is_the_change_of_the_tax():
    done = assess({"salary": 5_000_000, "social_insurance": 700_000})
    assert done.what_if(social_insurance=600_000) == 10_000
    assert done.what_if(social_insurance=None) == 70_000
    assert done.what_if() == 0
