"""The check page (内容の確認), read as a person reads it: each text is a value again."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from lxml import html

from config.fields import MoneyField
from filing.eras import parse_era
from portal.interview.fields import CountField, YesNoField
from portal.interview.flow import Step
from portal.interview.model import Situation
from portal.interview.summary import blocks, form_of
from tests.portal.walker import page_of

# A row as shown: the address of its 変更 link, its label, its text.
Shown = tuple[str, str, str]
# Section → entry ("" outside lists) → field → value.
Answered = dict[str, dict[str, dict[str, Any]]]

PLACE = re.compile(r"^/return/[^/]+/([a-z-]+)/(?:([^/]+)/)?([a-z0-9-]+)/\?return=check$")
GIVEN = "there is a number, which nobody shows"
NUMBERS = {
    "入力済み(表示しません)": GIVEN,
    "受け取りました(表示しません)": GIVEN,
    "入力していません": "",
}


def rows_of(situation: Situation) -> list[Shown]:
    """Return the rows of the check page, which is a plain loop over these blocks."""
    return [
        (row.url, row.key, row.value)
        for block in blocks(situation, linked=True)
        for row in block.rows
    ]


def rows_in(page: str) -> list[Shown]:
    """Return the rows of a check page as it was sent."""
    return [
        (
            str(next(iter(row.xpath(".//a/@href")), "")),
            row.findtext("dt"),
            row.xpath("string(dd[1])"),
        )
        for row in html.fromstring(page).xpath("//div[@class='summary-list__row']")
    ]


def read(rows: Iterable[Shown], situation: Situation) -> Answered:
    """Return the rows as answers, each value as its text says it."""
    found: Answered = defaultdict(lambda: defaultdict(dict))
    for address, label, text in rows:
        place = PLACE.match(address)
        if place is None:
            found["card"][""][label] = text
            continue
        step = Step(place[1], place[3], place[2])
        entry = found[step.section][step.item or ""]
        if (step.section, step.page) == ("medical", "list"):
            entry.setdefault("receipts", []).append((label, text))
            continue
        name, value = _answer(step, label, text, situation)
        if (step.section, step.page) == ("relatives", "together"):
            entry["cohabiting_parent"] = value
        assert name not in entry, (step, label)
        entry[name] = value
    return found


def _answer(step: Step, label: str, text: str, situation: Situation) -> tuple[str, Any]:
    page, stored = page_of(step), situation.answers(step.section)
    if step.item:
        stored = situation.entry(step.section, step.item)
    form = form_of(page, situation, stored)
    names = [name for name, box in form.fields.items() if str(box.label) == label]
    if label == "経費の合計":
        return "sum of costs", text
    if not names and label == str(page.title):
        names = list(form.fields)
    assert len(names) == 1, (step, label)
    return names[0], value_of(form.fields[names[0]], text)


def value_of(box: forms.Field, text: str) -> Any:
    """Return the value that a text says in a field."""
    if text in NUMBERS:
        return NUMBERS[text]
    if isinstance(box, MoneyField):
        return yen(text)
    if type(box) is forms.BooleanField:
        return {"該当する": True}[text]
    if isinstance(box, forms.ChoiceField):
        codes = {str(word): code for code, word in box.choices}
        if isinstance(box, forms.MultipleChoiceField):
            either = "|".join(re.escape(word) for word in sorted(codes, key=len, reverse=True))
            assert re.fullmatch(f"({either})(、({either}))*", text), text
            return [codes[found] for found in re.findall(either, text)]
        # How the amounts are typed, as sums or one by one, is told of neither way.
        told = {str(word): code for code, word in getattr(box, "told", {}).items()}
        code = (codes | told)[text]
        return {"yes": True, "no": False}.get(code, code) if isinstance(box, YesNoField) else code
    if isinstance(box, forms.DateField):
        return parse_era(text).isoformat()
    return int(text) if isinstance(box, CountField) else text


def yen(text: str) -> int:
    assert re.fullmatch(r"\d{1,3}(,\d{3})*円", text), text
    return int(text.removesuffix("円").replace(",", ""))
