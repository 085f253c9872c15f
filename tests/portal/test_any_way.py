"""Random walks: never a dead end; what is checked is what is filed, copied and reviewed."""

import os
import re
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import filing
import tax
from portal.copies.content import content_of
from portal.copies.filed import as_signed, document_filed
from portal.estimate import estimate
from portal.interview.flow import Step, unfinished
from portal.interview.links import step_of
from portal.interview.model import Situation
from portal.interview.versions import FILED, FORM_VERSION
from portal.models import Draft, Submission
from portal.services.drafts import situation_of
from portal.services.signing import document_of
from portal.services.submission import as_filed
from tests.portal.alike import (
    at_the_office,
    for_the_resident,
    lines_printed,
    lines_to_print,
    of_document,
    on_the_copy,
)
from tests.portal.checked import rows_in, rows_of
from tests.portal.conftest import SATO
from tests.portal.office import return_received
from tests.portal.placed import shown_and_filed
from tests.portal.walker import (
    MOST_TRIES,
    answers_to,
    as_posted,
    change_minds,
    page_of,
    walk,
)

# The quick profile of every run; WALKS=2000 walks through the night.
WALKS = int(os.environ.get("WALKS", "16"))
CARD = {
    "name": SATO.name,
    "kana": SATO.kana,
    "birth_date": "1990-05-12",
    "sex": "2",
    "address": SATO.address,
    "personal_number": SATO.personal_number,
}
# The same walk by an agent (代理人), whose card says nothing of whom they file for.
MOTHER = {"whose": "0f" * 8, "name": "佐藤 トメ", "birth_date": "1952-04-08"}
AGENTS_CARD = {name: CARD[name] for name in ("name", "kana", "birth_date", "address")}
# A walk is drawn from one seed, which a failure names: making it smaller would not shorten it.
SEEDS = st.integers(0, 2**32)
QUICK = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def draft_with(content: dict[str, Any], tax_year: str) -> Draft:
    draft = Draft(tax_year=tax_year, purpose_version="2026-11", filing_id=uuid4(), version=1)
    draft.whose = content.get("principal", {}).get("whose", "")
    draft.content = content
    return draft


@pytest.mark.django_db
@settings(QUICK, max_examples=WALKS)
@given(SEEDS, st.sampled_from(["R9", "R8"]), st.sampled_from(["", "mandate", "guardian"]))
def test_every_way_ends_at_a_return_that_all_see_alike(
    seed: int, tax_year: str, authority: str
) -> None:
    content: dict[str, Any] = {"form": FORM_VERSION, "card": dict(CARD), "data": {}}
    if authority:
        content["principal"] = MOTHER | {"authority": authority}
        content["card"] = dict(AGENTS_CARD)
    ranges, entries = [], 0
    dice = Random(seed)
    for situation in walk(dice, content, tax_year):
        # One more entry in a list says more than was known: what was shown before it is past.
        grown = count_of_entries(situation) > entries
        entries = count_of_entries(situation)
        shown = estimate(situation)
        known = [(shown.low, shown.total)] if shown.total is not None else []
        ranges = known if grown else ranges + known

    assert unfinished(situation) == []
    assert_ranges_held(ranges, situation)
    situation = change_minds(dice, content, tax_year)
    assert unfinished(situation) == []
    draft = draft_with(content, tax_year)
    document = document_of(draft, challenge="0" * 32, now=timezone.now())
    errors = [p for p in filing.validate(document) if p.level == "error"]
    assert [error for error in errors if not can_be_mended(error, situation)] == []
    if not errors:
        assert filing.read_xml(filing.write_xml(document)) == document
        assert_computed_as_assessment_would(situation, document)
    assert_all_see_the_same(situation, document, draft)


def count_of_entries(situation: Situation) -> int:
    return sum(len(answers.get("items", [])) for answers in situation.content["data"].values())


def assert_ranges_held(ranges: list[tuple[Any, Any]], situation: Situation) -> None:
    """Every range that was shown holds the tax in the end, but for what few people have."""
    total = estimate(situation).total
    if total is None or situation.answers("more"):
        return
    assert [shown for shown in ranges if not shown[0] <= total <= shown[1]] == []


def can_be_mended(problem: filing.Problem, situation: Situation) -> bool:
    """Whether the check page leads to a page that applies."""
    step = step_of(problem, situation)
    if step is None or step.page is None:
        return step is not None
    item = situation.entry(step.section, step.item) or {}
    return page_of(step).applies(situation.of_item(item))


def assert_computed_as_assessment_would(situation: Situation, document: filing.Return) -> None:
    inputs = filing.tax_inputs(document)
    assessed = tax.assess(inputs, tax_year=document.tax_year).result["total"]
    assert estimate(situation).total == assessed


def assert_all_see_the_same(situation: Situation, document: filing.Return, draft: Draft) -> None:
    """Check page, copy and the office say the same as the document, item by item."""
    shown, typed = shown_and_filed(rows_of(situation), situation, document)
    assert shown == typed
    assert at_the_office(document) == of_document(document)
    submission = Submission(draft=draft, tax_year=draft.tax_year, submitted_at=timezone.now())
    submission.content = as_filed(situation.content) | {FILED: as_signed(document)}
    assert on_the_copy(content_of(submission), document) == for_the_resident(document)


@pytest.mark.django_db
@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize("acts", [False, True], ids=["in person", "as an agent"])
@settings(QUICK, max_examples=max(1, WALKS // 20))
@given(seed=SEEDS)
def test_every_page_of_any_way_is_shown_and_answers(sato: Any, acts: bool, seed: int) -> None:
    dice = Random(seed)
    begun_anew(sato, acts)
    sato.reads_card()
    address = f"/return/{sato.year}/basic/phone/"
    for _page in range(120):
        shown = sato.client.get(address)
        assert shown.status_code == 200, address
        if address == f"/return/{sato.year}/check/":
            assert "まだ入力していないところ" not in shown.content.decode()
            return
        if "entries" in shown.context:
            address = shown.context["next_url"]
            continue
        address = answer(sato, dice, address, version_in(shown))
    raise AssertionError("the interview does not end")


@pytest.mark.django_db
@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize("acts", [False, True], ids=["in person", "as an agent"])
@settings(QUICK, max_examples=max(1, WALKS // 10))
@given(seed=SEEDS)
def test_what_is_signed_is_what_was_shown_is_copied_and_reaches_the_office(
    sato: Any, keys: dict[Any, Any], acts: bool, seed: int
) -> None:
    begun_anew(sato, acts)
    draft = Draft.objects.latest("created_at")
    draft.content = draft.content | {"data": answers_that_can_be_filed(Random(seed), draft)}
    draft.save()
    sato.reads_card()
    checked = sato.client.get(f"/return/{sato.year}/check/")
    asked = situation_of(Draft.objects.get(pk=draft.pk))

    pk = sato.files()

    signed = return_received(keys)
    shown, typed = shown_and_filed(rows_in(checked.content.decode()), asked, signed)
    assert shown == typed
    assert at_the_office(signed) == of_document(signed)
    assert document_filed(Submission.objects.get(pk=pk)) == filing.redact(signed)
    copies = {
        name: sato.client.get(f"/filings/{pk}/copy.{name}").content for name in ("pdf", "xml")
    }
    assert filing.read_xml(copies["xml"]) == filing.redact(signed)
    lines = lines_to_print(signed)
    assert lines_printed(copies["pdf"], lines) == lines


def begun_anew(person: Any, acts: bool) -> None:
    """Let a new resident begin a return, their own or another person's."""
    cache.clear()
    person.client.cookies.clear()
    person.email, person.year = f"{uuid4().hex}@example.jp", "R9"
    person.signs_up()
    if acts:
        person.begins_for().tells_of_principal()
    else:
        person.begins()


def answers_that_can_be_filed(dice: Random, draft: Draft) -> dict[str, Any]:
    """Return a random walk's answers: the first that no check of the return objects to."""
    for _try in range(MOST_TRIES):
        card = AGENTS_CARD if draft.whose else CARD
        content = {"form": FORM_VERSION, "card": dict(card), "data": {}}
        content["principal"] = draft.content["principal"]
        for _page in walk(dice, content, draft.tax_year):
            pass
        change_minds(dice, content, draft.tax_year)
        walked = draft_with(content, draft.tax_year)
        document = document_of(walked, challenge="0" * 32, now=timezone.now())
        if not any(problem.level == "error" for problem in filing.validate(document)):
            return content["data"]
    raise AssertionError("no walk can be filed")


def version_in(shown: Any) -> str:
    found = re.search(r'name="version" value="(\d+)"', shown.content.decode())
    assert found
    return found[1]


def answer(person: Any, dice: Random, address: str, version: str) -> str:
    """Post random answers until the page takes them; return where it leads."""
    section, *item, page = address.split("/")[3:-1]
    step = Step(section, page, *item)
    for _try in range(MOST_TRIES):
        posted = as_posted(answers_to(dice, page_of(step)))
        posted["version"] = version
        reply = person.client.post(address, posted.dict() | dict(posted.lists()))
        assert reply.status_code in (302, 422), (address, reply.status_code)
        if reply.status_code == 302:
            return reply.headers["Location"]
    raise AssertionError(f"{address} takes no answer")
