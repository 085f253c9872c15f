"""Frozen answers of earlier form versions: they go on where they were left, and stay as filed."""

import json
from datetime import date
from pathlib import Path

import pytest

from filing import Problem, validate
from portal.interview.flow import Step, unfinished
from portal.interview.home import houses_unasked
from portal.interview.links import step_of
from portal.interview.model import Situation
from portal.interview.payload import answers, to_return
from portal.interview.supporting import spouse_lives_apart
from portal.interview.versions import FORM_VERSION, STEPS, carried_over

FROZEN = sorted((Path(__file__).parent / "drafts").glob("*.json"))


def frozen(name):
    path = next(path for path in FROZEN if path.stem == name)
    return json.loads(path.read_text(encoding="utf-8"))


def written(situation):
    return to_return(
        situation,
        filing_id="11111111-1111-4111-8111-111111111111",
        challenge="3f2a9c",
        prepared_on=date(2027, 2, 1),
        purpose_version="2027-02",
        municipality_code="431001",
    )


def test_every_version_that_was_in_use_has_frozen_answers():
    assert {path.stem[:7] for path in FROZEN} == set(STEPS)


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_frozen_answers_are_carried_over_to_the_version_in_use(path):
    old = json.loads(path.read_text(encoding="utf-8"))

    new = carried_over(old)

    assert new["form"] == FORM_VERSION
    assert carried_over(new) == new
    assert unfinished(Situation(new, "R9")) == []


def test_father_who_lives_elsewhere_stays_in_the_return_of_2026_11():
    filed = answers(Situation(carried_over(frozen("2026-11-family-abroad")), "R9"))

    assert [person["name"] for person in filed["relatives"]] == ["佐藤 一郎", "佐藤 葵"]
    assert filed["relatives"][0]["address"] == ""
    assert filed["life"]["new_general"] == 60_000
    assert filed["medical"]["paid"] == 180_000


def test_pensioner_of_2026_12_still_files_in_person():
    """2027-01 knows agents: nobody becomes one by the change; the filer is the card's holder."""
    situation = Situation(carried_over(frozen("2026-12-pensioner")), "R9")

    filed = written(situation)

    assert situation.principal == {}
    assert situation.place == "R9"
    assert (filed.filer.name, filed.filer.kana) == ("山田 正", "ヤマダ タダシ")
    assert (filed.phone, filed.address_jan1[6:9]) == ("096-328-2181", "南区富")
    assert filed.agent == {}


def test_landlady_of_2027_01_keeps_her_rents_and_the_checks_ask_for_more():
    """2027-02 asks for the scale of rents and the interest on land; nothing is said of them."""
    situation = Situation(carried_over(frozen("2027-01-landlady")), "R9")

    rents = answers(situation)["real_estate"]

    assert (rents["revenue"], rents["books"]) == (2_000_000, "blue_65")
    assert {"business_scale", "land_interest"}.isdisjoint(rents)
    document = written(situation)
    asked = [p.field for p in validate(document) if p.rule == "look_up"]
    assert asked == ["answers.real_estate.business_scale", "answers.real_estate.land_interest"]
    problem = Problem(asked[0], "look_up", "")
    assert step_of(problem, situation) == Step("real-estate", "scale")


def test_saver_of_2027_02_keeps_what_was_typed_and_is_asked_what_the_slip_has():
    """2027-03 wants of iDeCo what is not on the slip, and of the loan the slip's boxes."""
    situation = Situation(carried_over(frozen("2027-02-saver")), "R9")

    filed = answers(situation)
    document = written(situation)

    assert filed["mutual_aid"]["ideco"] == 276_000
    assert (filed["housing"]["credit"], filed["housing"]["income_tax_before_credit"]) == (
        210_000,
        138_500,
    )
    warned = {p.field: step_of(p, situation) for p in validate(document) if p.level == "warning"}
    assert warned["answers.mutual_aid.ideco"] == Step("mutual-aid", "amounts")
    assert warned["answers.medical.effort"] == Step("medical", "effort")


def test_husband_of_2027_02_keeps_his_wifes_deduction_and_is_asked_for_the_house():
    """2027-03 asks of every 特別障害者 for the same house; his father's was known."""
    situation = Situation(carried_over(frozen("2027-02-nursing-home")), "R9")

    filed = answers(situation)

    assert filed["spouse"]["disability"] == "special_co"
    father = filed["relatives"][0]
    assert (father["disability"], father["cohabiting_parent"]) == ("special", False)
    assert list(houses_unasked(situation)) == [Step("spouse", "house")]


def test_wife_of_2027_03_who_lives_apart_keeps_her_deduction():
    """2027-04 asks whether spouses apart have one household; the check page asks (problems.py)."""
    situation = Situation(carried_over(frozen("2027-03-spouse-apart")), "R9")

    assert answers(situation)["spouse"]["living"] == "apart"
    assert "one_household" not in situation.answers("spouse")
    assert spouse_lives_apart(situation)


def test_answers_given_to_carry_over_stay_as_they_are():
    old = frozen("2026-11-family-abroad")

    carried_over(old)

    assert old == frozen("2026-11-family-abroad")


def test_answers_of_an_unknown_version_are_refused():
    with pytest.raises(ValueError, match="no way from form version 2031-01"):
        carried_over({"form": "2031-01", "card": {}, "data": {}})


def test_erased_answers_stay_erased():
    assert carried_over({}) == {}
