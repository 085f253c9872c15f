"""Whose row is it: the number where the name agrees, else candidates, and two people decide."""

from dataclasses import replace
from datetime import date

import pytest

from review.assessment.models import SourceDocument
from review.errors import Refusal
from review.reconcile.candidates import Sought, candidates
from review.sources import linking
from review.sources.models import Entry, LinkProposal
from tests.review import city
from tests.review.source_files import file_of, pension_row, salary_row, take_in
from tests.review.story import NOW, REASON, SYSTEM, actor


def one_unlinked():
    return linking.unlinked().get()


def found(entry):
    return [(c.person.number, c.score, c.against) for c in linking.candidates_for(entry)]


@pytest.mark.req("REC-03")
def test_same_name_with_another_number_is_never_linked_by_itself(town):
    take_in(file_of(salary_row("sato", c95="100000000005")))

    entry = one_unlinked()
    assert SourceDocument.objects.count() == 0
    assert found(entry) == [("100000001", 50, ("number",))]


@pytest.mark.req("REC-03")
def test_same_number_with_a_changed_name_is_proposed_and_not_taken(town):
    take_in(file_of(salary_row("sato", c14="山本 花子", c137="ヤマモト ハナコ")))

    entry = one_unlinked()
    assert SourceDocument.objects.count() == 0
    assert found(entry) == [("100000001", 100, ())]


@pytest.mark.req("REC-02")
def test_row_without_a_number_gets_candidates_only(town):
    take_in(file_of(pension_row(width=49)), "pension_report")

    assert found(one_unlinked()) == [("100000002", 100, ())]


@pytest.mark.req("REC-05")
def test_one_person_chooses_and_a_second_confirms(town, staff):
    take_in(file_of(pension_row(width=49)), "pension_report")
    suzuki, tanaka = actor(staff["suzuki"]), actor(staff["tanaka"])
    entry = one_unlinked()
    proposal = linking.propose(entry, town["kato"], by=suzuki, reason=REASON, now=NOW)
    with pytest.raises(Refusal, match="自分が選んだ宛名"):
        linking.confirm(proposal, by=suzuki, reason=REASON, now=NOW)
    assert SourceDocument.objects.count() == 0

    linking.confirm(proposal, by=tanaka, reason=REASON, now=NOW)

    document = SourceDocument.objects.get()
    assert (document.addressee, document.link_method) == (town["kato"], "chosen")
    assert document.content["revenue"] == 1_800_000
    entry.refresh_from_db()
    assert (entry.subject_sealed, entry.content, entry.document) == (None, None, document)
    assert not linking.unlinked().exists()


def test_choice_that_is_sent_back_stays_on_the_list(town, staff):
    take_in(file_of(pension_row(width=49)), "pension_report")
    suzuki, tanaka = actor(staff["suzuki"]), actor(staff["tanaka"])
    proposal = linking.propose(one_unlinked(), town["sato"], by=suzuki, reason=REASON, now=NOW)

    linking.reject(proposal, by=tanaka, reason=REASON, now=NOW)

    assert linking.unlinked().count() == 1
    assert LinkProposal.objects.get().state == LinkProposal.State.REJECTED


def test_correction_of_a_row_linked_by_hand_finds_its_person(town, staff):
    take_in(file_of(pension_row(width=49)), "pension_report")
    proposal = linking.propose(
        one_unlinked(), town["kato"], by=actor(staff["suzuki"]), reason=REASON, now=NOW
    )
    linking.confirm(proposal, by=actor(staff["tanaka"]), reason=REASON, now=NOW)
    corrected = pension_row(width=49, c10="2", c23="1700000")
    take_in(file_of(corrected), "pension_report", received_on=date(2027, 2, 10))

    counting = SourceDocument.objects.filter(replaced_by__isnull=True, voided_at__isnull=True)
    assert [(d.addressee, d.content["revenue"]) for d in counting] == [(town["kato"], 1_700_000)]


def test_clear_cases_are_proposed_together_and_still_confirmed_by_another(town, staff):
    take_in(file_of(pension_row("kato", 49), pension_row("sato", 49)), "pension_report")

    made = linking.propose_certain(by=actor(staff["suzuki"]), reason=REASON, now=NOW)

    assert (made, SourceDocument.objects.count()) == (2, 0)


def test_row_is_linked_when_its_number_comes_into_the_register(town):
    newcomer = replace(city.KATO, name="森 明", kana="モリ アキラ", personal_number="100000000005")
    take_in(file_of(salary_row("kato", c14="森 明", c137="モリ アキラ", c95="100000000005")))
    assert linking.link_again(by=SYSTEM, now=NOW) == 0
    person = city.enter("100000009", newcomer)

    assert linking.link_again(by=SYSTEM, now=NOW) == 1
    assert SourceDocument.objects.get().addressee == person
    assert Entry.objects.get().method == "number"


VARIANTS = [
    ("髙﨑 𠮷子", "タカサキ ヨシコ", "高崎 吉子", "ﾀｶｻｷ ﾖｼｺ"),
    ("渡邉 一郎", "ワタナベ イチロウ", "渡辺　一郎", "ワタナベ イチロウ"),
    ("齋藤 恵", "サイトウ メグミ", "斉藤 惠", "サイトー メグミ"),
    ("櫻井 葛\U000e0100子", "サクライ カツコ", "桜井 葛子", "さくらい かつこ"),
]


@pytest.mark.req("REC-02")
@pytest.mark.parametrize(("held", "kana", "written", "written_kana"), VARIANTS)
def test_variants_of_characters_are_recognised(town, held, kana, written, written_kana):
    person = city.enter(
        "100000009", replace(city.KATO, name=held, kana=kana, personal_number="100000000005")
    )

    (best, *_others) = candidates(
        Sought(name=written, kana=written_kana, birth_date=city.KATO.birth_date)
    )

    assert (best.person, best.agrees) == (person, ("name", "kana", "birth_date"))
    assert person.name == held


def test_one_item_alone_suggests_nobody(town):
    assert candidates(Sought(birth_date=city.KATO.birth_date)) == []
    assert candidates(Sought(name="佐藤 花子", birth_date=date(2001, 1, 1))) == []
