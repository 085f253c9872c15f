"""Every question of a return: an answer that opens as many more as can be, and two that fail."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from django.forms import CheckboxSelectMultiple, FileField, Textarea

from config.fields import EraDateField, MoneyField, PersonalNumberField
from portal.interview.fields import CountField, OneOfField, YesNoField
from portal.interview.model import Page, Section
from portal.interview.pages.family import IncomeForm
from portal.interview.sections import BY_CODE, SECTIONS
from tests.portal.story import Person
from tests.portal.walker import answers_to

# Each walk through an entry answers otherwise; together they pass every page of every kind.
WALKS = 16
# What only another answer opens: where it is given, and the section or the one page it opens.
OTHERWISE: list[tuple[str, dict[str, Any], str]] = [
    ("insurance/life-paid", {"paid": "each"}, "life-certificates"),
    ("insurance/earthquake-paid", {"quake_paid": "each"}, "earthquake-certificates"),
    ("medical/method", {"method": "self_medication"}, "medical"),
    ("spouse/living", {"living": "together"}, "spouse/house"),
    ("spouse/living", {"living": "apart"}, "spouse/household"),
    ("spouse/has", {"has": "died"}, "spouse"),
    ("income/kinds", {"kinds": ["none"]}, "no-income"),
]


def something_for(field: Any) -> Any:
    """Return an answer that opens as many further questions as can be."""
    if isinstance(field, YesNoField):
        return "yes"
    if isinstance(field, PersonalNumberField):
        return "123456789018"
    if isinstance(field, MoneyField):
        return "1000"
    if isinstance(field, EraDateField):
        # Of a birth any; of an event (亡くなった日, 損害のあった日) one of the income year.
        return "1990-01-02" if field.label == "生まれた日" else "2026-01-02"
    if isinstance(field, CountField):
        return "12"
    if isinstance(field.widget, Textarea):
        return "佐藤 一郎,くまもと病院,12000,0"
    if isinstance(field.widget, CheckboxSelectMultiple):
        apart = ("", "none", "self_medication")
        return [code for code, _label in field.choices if code not in apart]
    if isinstance(field, OneOfField):
        return [code for code, _label in field.choices][-1]
    return "0961112222"


def answer_everything(person: Person) -> None:
    """Answer the pages of all sections; once more what is only taken when others are answered."""
    every = [(section, page) for section in SECTIONS for page in section.pages]
    list(_not_taken(person, list(_not_taken(person, every))))


def _not_taken(person: Person, asked: list[tuple[Section, Page]]) -> Iterator[tuple[Section, Page]]:
    """Answer these pages; yield those that are not there, or do not take the answer."""
    for section, page in asked:
        boxes = page.form.base_fields.items()
        # What is folded is for few: of a housing loan it is another way to say the same.
        shown = [(n, f) for n, f in boxes if n not in page.form.folded]
        fields = {n: something_for(f) for n, f in shown if not isinstance(f, FileField)}
        if person.posts(f"{section.code}/{page.code}", fields).status_code != 302:
            yield section, page


def wrong_for(page: Any) -> dict[str, Any]:
    """Return what fits no box of a page, nor what its ticks open."""
    opens = getattr(page.form, "opens", ())
    if opens:
        below = {f"{o.code}-{name}": "???" for o in opens for name in o.form.base_fields}
        return {"which": [o.code for o in opens if o.needs_tick][:-1]} | below
    boxes = page.form.base_fields.items()
    days = [name for name, box in boxes if isinstance(box, EraDateField)]
    wrong = {name: "???" for name, box in boxes if not isinstance(box, EraDateField | FileField)}
    return wrong | {f"{name}_{part}": "99" for name in days for part in ("year", "month", "day")}


def walk_entry(person: Person, section: Section, first: str, dice: Random) -> Iterator[str]:
    """Enter one more entry; yield the address of each of its pages before it is answered."""
    at = f"{section.code}/new/{first}"
    while True:
        yield at
        page = section.item_page(at.rpartition("/")[2])
        assert page is not None, at
        for _try in range(20):
            # The walker's numbers are random, and the first relative's is as good as any.
            boxes = answers_to(dice, page)
            boxes |= {n: "123456789018" for n in boxes if n == "personal_number"}
            if page.form is IncomeForm:  # Who earns much is asked nothing more.
                boxes |= dict.fromkeys(boxes, "")
            if (answer := person.posts(at, boxes)).status_code == 302:
                break
        at = answer.headers.get("Location", "").removeprefix(f"/return/{person.year}/").rstrip("/")
        if not at.startswith(f"{section.code}/") or at.count("/") < 2 or "/new/" in at:
            return


def pages_of_entries(person: Person, section: Section) -> Iterator[str]:
    """Yield the address of every page that an entry of this section can have, each once."""
    seen: set[str] = set()
    firsts = [page.code for page in section.items if section.begins_with(page.code)]
    for number in range(WALKS if section.items else 0):
        for at in walk_entry(person, section, firsts[number % len(firsts)], Random(number)):
            code = at.rpartition("/")[2]
            if code not in seen:
                seen.add(code)
                yield at
        if len(seen) == len(section.items):
            return


def questions(person: Person) -> Iterator[tuple[str, Any]]:
    """Yield every page that can be opened now, what it says to nothing, and to nonsense."""
    yield from _questions(person, SECTIONS)
    for change, answer, opened in OTHERWISE:
        person.answers(change, confirmed="yes", **answer)
        section, _, page = opened.partition("/")
        if page:
            yield from _asked(person, opened, BY_CODE[section].page(page))
        else:
            yield from _questions(person, [BY_CODE[section]])


def _questions(person: Person, sections: Iterable[Section]) -> Iterator[tuple[str, Any]]:
    for section in sections:
        at = f"/return/{person.year}/{section.code}/"
        yield section.code, person.client.get(at)
        for page in section.pages:
            yield from _asked(person, f"{section.code}/{page.code}", page)
        if not section.items or person.client.get(at).status_code == 404:
            continue
        for address in pages_of_entries(person, section):
            page = section.item_page(address.rpartition("/")[2])
            yield from _asked(person, address, page)
        yield f"{section.code} entered", person.client.get(at)


def _asked(person: Person, address: str, page: Any) -> Iterator[tuple[str, Any]]:
    answer = person.client.get(f"/return/{person.year}/{address}/")
    if answer.status_code != 200:
        return
    section, code = address.split("/")[0], address.split("/")[-1]
    name = f"{section}/{code}"
    yield name, answer
    for how, fields in (("empty", {}), ("wrong", wrong_for(page))):
        refused = person.posts(address, fields)
        if refused.status_code == 422:
            yield f"{name} {how}", refused
