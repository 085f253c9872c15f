"""A resident who answers at random: any answer that a page takes, page after page, to the end."""

from collections.abc import Iterator
from random import Random
from typing import Any

from django import forms
from django.http import QueryDict

from config.fields import EraDateField, MoneyField, PersonalNumberField
from filing.numbers import personal_number_is_valid
from portal.interview.fields import CountField, KanaField
from portal.interview.flow import (
    Step,
    open_step,
    sections_for,
    step_after,
    step_after_section,
    unfinished,
)
from portal.interview.model import Page, Situation
from portal.interview.sections import BY_CODE
from portal.interview.summary import form_of
from portal.services.drafts import put_answers

MOST_PAGES = 250
MOST_TRIES = 300
MOST_ENTRIES = 2
KANA = ("", "サトウ イチロウ", "ｻﾄｳ", "さとう はなこ", "グエン・ヴァン・アン", "???")
NAMES = ("佐藤 一郎", "葛\U000e0100城 𠮷子", "Nguyễn Văn Ân", "<b>&'\"", "くまもと", "山田")
DAYS = (
    *("1950-05-05", "1975-12-31", "1996-02-29", "2004-07-07", "2010-01-01"),
    *("2025-03-31", "2025-12-31", "2026-06-15", "2026-12-31"),
)
AMOUNTS = (1, 12_000, 58_000, 480_000, 1_150_001, 3_200_000, 9_000_000, 9_999_999_999)
LISTS = ("", "佐藤 花子,くまもと病院,12000,0\n一郎,薬局,3000,", "受けた人,病院,金額\n花\t歯科\t500")
NUMBERS = tuple(
    text for n in range(123456789010, 123456791000) if personal_number_is_valid(text := str(n))
)


def answer_to(formfield: forms.Field, dice: Random) -> Any:
    """Return an answer that somebody could post in one field, a wrong one now and then."""
    if isinstance(formfield, MoneyField):
        within = [yen for yen in AMOUNTS if yen <= formfield.max_value]
        return dice.choice([formfield.min_value if formfield.required else "", *within])
    if isinstance(formfield, forms.MultipleChoiceField):
        codes = [code for code, _word in formfield.choices]
        if "none" in codes and dice.random() < 0.1:
            return ["none"]
        plain = [code for code in codes if code != "none"]
        return dice.sample(plain, dice.randint(1 if formfield.required else 0, min(4, len(plain))))
    if isinstance(formfield, forms.ChoiceField):
        return dice.choice([str(code) for code, _word in formfield.choices])
    if isinstance(formfield, EraDateField):
        return dice.choice(DAYS)
    if isinstance(formfield, PersonalNumberField):
        return dice.choice(NUMBERS)
    if isinstance(formfield, CountField):
        return dice.choice(["1", "7", "12", "2015", "2026"])
    if isinstance(formfield, KanaField):
        return dice.choice(KANA)
    if isinstance(formfield.widget, forms.Textarea):
        return dice.choice(LISTS)
    if "inputmode" in formfield.widget.attrs:
        return "096-328-2181"
    return dice.choice(NAMES)


def answers_to(dice: Random, page: Page) -> dict[str, Any]:
    """Return one answer to every field of a page, and sometimes to what its ticks open."""
    given = {
        name: answer_to(formfield, dice)
        for name, formfield in page.form.base_fields.items()
        if not isinstance(formfield, forms.FileField)
    }
    if page.form.folded and dice.random() < 0.5:
        # Most leave what is folded alone.
        given |= dict.fromkeys(page.form.folded, "")
    for opened in getattr(page.form, "opens", ()):
        wanted = opened.code in given["which"] or not opened.needs_tick or dice.random() < 0.05
        if wanted and dice.random() < 0.7:
            given |= {
                f"{opened.code}-{name}": answer_to(formfield, dice)
                for name, formfield in opened.form.base_fields.items()
            }
    return given


def as_posted(answers: dict[str, Any]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, value in answers.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    return posted


def page_of(step: Step) -> Page:
    section = BY_CODE[step.section]
    found = section.item_page(step.page) if step.item else section.page(step.page)
    assert found is not None, step
    return found


def walk(dice: Random, content: dict[str, Any], tax_year: str) -> Iterator[Situation]:
    """Answer page after page, as the interview leads; yield what is known after each, to the end.

    At the end some ask for the further deductions, which nobody is led to.
    """
    first = ("principal", "person") if content.get("principal") else ("basic", "phone")
    step: Step | None = Step(*first)
    wants_more = dice.random() < 0.4
    for _page in range(MOST_PAGES):
        situation = Situation(content, tax_year)
        yield situation
        if step is None and wants_more:
            step, wants_more = Step("more", "which"), False
        if step is None:
            return
        if step.page is None:
            step = _after_list(dice, step, situation)
            continue
        step = _otherwise(dice, step, situation)
        step = put_answers(content, step, _taken(dice, step, situation))
        step = step_after(step, Situation(content, tax_year))
    raise AssertionError("the interview does not end")


def change_minds(dice: Random, content: dict[str, Any], tax_year: str) -> Situation:
    """Answer some pages once more (変更), and then whatever waits; return what is known at the end.

    What was answered before and is not asked any more stays in the draft: it must not be filed.
    """
    for _time in range(dice.randint(0, 3)):
        situation = Situation(content, tax_year)
        step: Step | None = dice.choice(_on_the_hub(situation))
        for _page in range(MOST_PAGES):
            if step is None:
                break
            put_answers(content, step, _taken(dice, step, situation))
            situation = Situation(content, tax_year)
            waiting = unfinished(situation)
            step = open_step(waiting[0], situation) if waiting else None
        else:
            raise AssertionError("a change of mind does not end")
    return Situation(content, tax_year)


def _on_the_hub(situation: Situation) -> list[Step]:
    """Return the pages that the hub and the check page lead to: answered or optional ones."""
    found = []
    for section in sections_for(situation):
        entries: list[tuple[str | None, list[Page]]] = [(None, section.pages_in(situation))]
        if section.has_items(situation):
            entries += [
                (item["id"], section.item_pages_in(situation, item))
                for item in situation.items(section.code)
            ]
        found += [
            Step(section.code, page.code, entry)
            for entry, pages in entries
            for page in pages
            if not page.covers
        ]
    return found


def _otherwise(dice: Random, step: Step, situation: Situation) -> Step:
    """Take the link to the page that asks the same otherwise, now and then, where there is one."""
    page, section = page_of(step), BY_CODE[step.section]
    if page.instead is None or dice.random() > 0.3:
        return step
    other = Step(step.section, page.instead[0], step.item)
    stored = situation.entry(section.code, step.item) or {}
    return other if page_of(other).applies(situation.of_item(stored)) else step


def _taken(dice: Random, step: Step, situation: Situation) -> dict[str, Any]:
    """Return cleaned answers that the page takes; a page that takes none is a dead end."""
    section, page = BY_CODE[step.section], page_of(step)
    stored = situation.answers(section.code)
    if step.item:
        stored = situation.entry(section.code, step.item) or {}
    assert page.applies(situation.of_item(stored)), step
    for _try in range(MOST_TRIES):
        form = form_of(page, situation, stored, as_posted(answers_to(dice, page)))
        if form.is_valid():
            return form.to_store()
    raise AssertionError(f"{step} takes no answer: {form.errors}")


def _after_list(dice: Random, step: Step, situation: Situation) -> Step | None:
    section = BY_CODE[step.section]
    more = len(situation.items(section.code)) < MOST_ENTRIES and dice.random() < 0.3
    new = Step(section.code, section.items[0].code, "new")
    return new if more else step_after_section(section, situation)
