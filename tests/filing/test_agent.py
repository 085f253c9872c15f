"""A return that an agent (代理人) files: who signs, what is wrong with it, what stays the same."""

from datetime import date

import pytest
from lxml import etree

from filing import claims, diff, label_of, read_xml, tax_inputs, validate, write_xml
from filing.model import Signer
from filing.people import is_same_person
from tests.filing.cast import answers, sato_return

SON = {
    "authority": "mandate",
    "name": "佐藤　一郎",
    "birth_date": "2004-07-07",
    "address": "熊本市東区東本町16番30号",
    "phone": "090-1234-5678",
}


def filed_by(**changes: str):
    return sato_return(answers(agent=SON | changes))


def rules(document):
    return {problem.rule for problem in validate(document) if problem.field.startswith("answers.a")}


@pytest.mark.parametrize("year", ["R9", "R8"])
def test_agent_stands_behind_the_filer_and_comes_back_as_written(year):
    document = sato_return(answers(agent=dict(SON)), tax_year=year)

    xml = write_xml(document)

    assert read_xml(xml) == document
    names = [etree.QName(child).localname for child in etree.fromstring(xml)]
    assert names[:4] == ["header", "filer", "agent", "income_kinds"]
    assert label_of(year, "answers.agent.authority") == "代理人の代理の種類"


def test_agent_signs_and_the_filer_does_not():
    document = filed_by()

    assert document.signer == Signer("佐藤　一郎", date(2004, 7, 7), None)
    assert claims(etree.fromstring(write_xml(document)))["signer"] == document.signer
    own = sato_return(answers())
    assert own.signer == Signer("佐藤　花子", date(1985, 4, 1), "2")
    assert own.agent == {}


def test_tax_does_not_depend_on_who_files():
    assert tax_inputs(filed_by()) == tax_inputs(sato_return(answers()))


def test_good_agent_has_nothing_wrong():
    assert rules(filed_by()) == set()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"name": "佐藤 花子", "birth_date": "1985-04-01"}, "agent_is_filer"),
        ({"authority": "parent"}, "parent_of_adult"),
        ({"birth_date": "2027-02-01"}, "future"),
        ({"authority": "friend"}, "code"),
        ({"name": ""}, "required"),
    ],
)
def test_agent_who_cannot_be_one_is_an_error(changes, rule):
    assert rule in rules(filed_by(**changes))


def test_half_an_agent_is_refused_and_breaks_nothing():
    document = sato_return(answers(agent={"authority": "mandate"}))

    assert rules(document) == {"required"}


def test_same_person_is_one_name_but_for_blanks_on_one_birth_date():
    assert is_same_person("佐藤 花子", "1985-04-01", "佐藤　花子", "1985-04-01")
    assert not is_same_person("佐藤 花子", "1985-04-01", "佐藤 花子", "1985-04-02")
    assert not is_same_person("佐藤 花子", "1985-04-01", "佐藤 華子", "1985-04-01")


def test_change_of_the_agents_address_is_a_difference_in_words():
    changes = diff(filed_by(), filed_by(address="熊本市西区春日3丁目"))

    assert [(c.field, c.label) for c in changes] == [("answers.agent.address", "代理人の住所")]
