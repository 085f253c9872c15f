"""入力の誤り: each is refused by name, with a Japanese sentence that says what to do."""

import io
import json

import pytest

from tax import InputError, MissingYearError, assess, load_municipality
from tax.components import compute_component
from tax.jsonl import run
from tests.tax.places import place

WRONG = [
    ({"salary": -1}, "salary"),
    ({"salary": 5_000_000.0}, "salary"),
    ({"salary": "5000000"}, "salary"),
    ({"salary": True}, "salary"),
    ({"salary": None}, "salary"),
    ({"salary": 1_000_000_000_000}, "salary"),
    ({"salary": [1_000_000, -1]}, "salary.1"),
    ({"salaries": 1}, "salaries"),
    ({"age": 131}, "age"),
    ({"age": -1}, "age"),
    ({"business": 100}, "business"),
    ({"business": {"income": 100}}, "business.income"),
    ({"business": {"revenue": 1, "blue_deduction": 650_001}}, "business.blue_deduction"),
    ({"business": {"revenue": 1, "white_spouse": 1, "blue_deduction": 1}}, "business.white_spouse"),
    ({"real_estate": {"revenue": 1, "white_spouse": 2}}, "real_estate.white_spouse"),
    ({"business": {"revenue": 1, "white_others": 21}}, "business.white_others"),
    ({"life": {"new": 1}}, "life.new"),
    ({"life": {"care": 1.5}}, "life.care"),
    ({"medical": {"paid": 1}, "self_medication": 20_000}, "self_medication"),
    ({"casualty": {"net_loss": 1}, "casualty_deduction": 1}, "casualty_deduction"),
    ({"spouse": {"age": 15}}, "spouse.age"),
    ({"spouse": {"income": 0}}, "spouse.income"),
    ({"spouse": [1]}, "spouse"),
    ({"spouse": {"disability": "heavy"}}, "spouse.disability"),
    ({"relatives": {"age": 3}}, "relatives"),
    ({"relatives": [{"age": 3}] * 100}, "relatives"),
    ({"relatives": [{"total_income": 0}]}, "relatives.0.age"),
    ({"relatives": [{"age": 3}, {"age": 3, "name": "x"}]}, "relatives.1.name"),
    ({"relatives": [{"age": 40, "relation": "spouse"}]}, "relatives.0.relation"),
    ({"relatives": [{"age": 40, "relation": "friend"}]}, "relatives.0.relation"),
    ({"relatives": [{"age": 8, "cohabiting_parent": True}]}, "relatives.0.cohabiting_parent"),
    ({"relatives": [{"age": 40, "abroad": "holiday"}]}, "relatives.0.abroad"),
    ({"relatives": [{"age": 40, "abroad": 1}]}, "relatives.0.abroad"),
    ({"flags": {"widow": True, "single_parent": "mother"}}, "flags.widow"),
    ({"flags": {"widow": True}, "spouse": {"age": 40}}, "flags.widow"),
    ({"flags": {"single_parent": "father"}, "spouse": {"age": 40}}, "flags.single_parent"),
    ({"flags": {"single_parent": True}}, "flags.single_parent"),
    ({"flags": {"disability": "special_co"}}, "flags.disability"),
    ({"flags": {"minor": True}, "age": 18}, "flags.minor"),
    ({"flags": {"minor": 1}}, "flags.minor"),
    ({"flags": {"student": True}}, "flags.student"),
    ({"one_stop": "yes"}, "one_stop"),
    ({"housing": {"credit": 1}}, "housing.income_tax_taxable"),
    (
        {"housing": {"credit": 1, "income_tax_taxable": 1, "income_tax_before_credit": 1}},
        "housing.move_in_year",
    ),
    (
        {
            "housing": {
                "credit": 1,
                "income_tax_taxable": 1,
                "income_tax_before_credit": 1,
                "move_in_year": 2027,
            }
        },
        "housing.move_in_year",
    ),
    (
        {
            "housing": {
                "credit": 1,
                "income_tax_taxable": 1,
                "income_tax_before_credit": 1,
                "move_in_year": 1998,
            }
        },
        "housing.move_in_year",
    ),
    ([], "inputs"),
]


@pytest.mark.parametrize(("inputs", "field"), WRONG)
def test_a_wrong_input_is_refused_by_name(inputs, field):
    with pytest.raises(InputError) as refused:
        assess(inputs)
    assert refused.value.field == field
    assert refused.value.message.endswith("。")


@pytest.mark.parametrize("year", ["R2", "R6", "R11", "H29", "any"])
def test_a_year_without_values_is_refused(year):
    with pytest.raises(InputError) as refused:
        assess({}, tax_year=year)
    assert refused.value.field == "tax_year"


@pytest.mark.parametrize("year", ["2027", "r9", "", None, 9, ["R9"], "R9 "])
def test_a_year_in_other_words_is_refused(year):
    with pytest.raises(InputError) as refused:
        assess({}, tax_year=year)
    assert refused.value.field == "tax_year"


@pytest.mark.parametrize(
    ("municipality", "field"),
    [
        ("架空市", "municipality"),
        (43100, "municipality"),
        (place(kyuchi=4), "municipality.kyuchi"),
        (place(kyuchi=0), "municipality.kyuchi"),
        (place(city_rate="x"), "municipality.city_rate"),
        (place(city_rate=6.5), "municipality.city_rate"),
        (place(city_rate="-1"), "municipality.city_rate"),
        (place(pref_rate="101"), "municipality.pref_rate"),
        (place(city_rate="NaN"), "municipality.city_rate"),
        (place(forest=-1), "municipality.forest"),
        (place(designated="yes"), "municipality.designated"),
        (place(rate=1), "municipality.rate"),
        ({"name": "x"}, "municipality.city_rate"),
    ],
)
def test_a_wrong_municipality_is_refused_by_name(municipality, field):
    with pytest.raises(InputError) as refused:
        load_municipality(municipality)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("inputs", "year", "field"),
    [
        ({"component": "magic"}, "R9", "component"),
        ({"component": ["x"]}, "R9", "component"),
        ({"component": "instalments", "total": -1}, "any", "total"),
        ({"component": "instalments"}, "any", "total"),
        ({"component": "instalments", "total": 1, "tax": 1}, "any", "tax"),
        ({"component": "house_only", "municipality": None}, "x", "tax_year"),
        ({"component": "house_only", "municipality": place(city_kinto=None)}, "R9", "municipality"),
        ({"component": "exemption_limits", "municipality": None}, "R9", "municipality.kyuchi"),
        ({"component": "employment_income_table", "salaries": 3}, "R9", "salaries"),
    ],
)
def test_a_wrong_component_is_refused_by_name(inputs, year, field):
    with pytest.raises(InputError) as refused:
        compute_component(inputs, year)
    assert refused.value.field == field


@pytest.mark.parametrize("year", ["R5", "R9", "R10"])
def test_the_blue_deduction_has_a_limit_in_every_year(year):
    def income(blue):
        business = {"revenue": 5_000_000, "blue_deduction": blue}
        return assess({"business": business}, tax_year=year).result["business_income"]

    assert income(650_000) == 4_350_000
    with pytest.raises(InputError):
        income(650_001)


def test_a_component_may_ask_for_a_year_that_its_parameters_lack():
    with pytest.raises(MissingYearError):
        compute_component({"component": "specific_relative_bands"}, "H29")


def answers_to(lines, explain=False):
    out = io.StringIO()
    code = run(lines, out, explain=explain)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def case(**changes):
    return json.dumps({"id": "a", "tax_year": "R9", "inputs": {"salary": 5_000_000}} | changes)


def test_wrong_lines_are_named_and_the_others_computed(capsys):
    lines = [
        case(),
        "{",
        "",
        case(id="b", inputs={"salary": -1}),
        case(tax_year="R1"),
        case(id="c"),
    ]
    code, answers = answers_to(lines)
    assert code == 2
    assert [answer.get("line") for answer in answers] == [None, 2, 4, 5, None]
    assert answers[2]["id"] == "b"
    assert answers[2]["error"]["field"] == "salary"
    assert answers[0]["result"] == answers[4]["result"]
    assert capsys.readouterr().err == (
        "入力に誤りがあります: 2行目 line、4行目 salary、5行目 tax_year\n"
    )


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("[]", "line"),
        ("nonsense", "line"),
        ("[" * 100_000, "line"),
        ('{"id": 1, "tax_year": "R9"}', "inputs"),
        ('{"inputs": {}}', "tax_year"),
        ('{"tax_year": "R9", "inputs": {"salary": 1, "salary": 2}}', "salary"),
        ('{"tax_year": "R9", "inputs": null}', "inputs"),
        ('{"tax_year": "R9", "inputs": {"salary": NaN}}', "salary"),
    ],
)
def test_an_unreadable_line_is_an_error_like_any_other(line, field):
    code, answers = answers_to([line])
    assert (code, answers[0]["error"]["field"]) == (2, field)


def test_good_lines_end_with_zero_and_their_explanation(capsys):
    code, answers = answers_to([case(note="not looked at", kind="external")], explain=True)
    assert code == 0
    # (3,560,000 - 430,000) x 10% - 2,500, and 5,500 of flat amounts.
    assert answers[0]["result"]["total"] == 313_000 - 2_500 + 5_500
    assert answers[0]["explanation"][0]["label"] == "給与所得"
    assert capsys.readouterr().err == ""
