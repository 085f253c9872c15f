"""Every question of a return: an answer that opens as many more as can be, and two that fail."""

from collections.abc import Iterator
from typing import Any

from django.forms import CheckboxSelectMultiple, FileField, Textarea

from config.fields import EraDateField, MoneyField, PersonalNumberField
from portal.interview.fields import CountField, OneOfField, YesNoField
from portal.interview.sections import SECTIONS
from tests.portal.story import Person


def something_for(field: Any) -> Any:
    """Return an answer that opens as many further questions as can be."""
    if isinstance(field, YesNoField):
        return "yes"
    if isinstance(field, PersonalNumberField):
        return "123456789018"
    if isinstance(field, MoneyField):
        return "1000"
    if isinstance(field, EraDateField):
        return "1990-01-02"
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
    """Answer the pages of all sections, twice: the first answers bring further sections."""
    for section in [*SECTIONS, *SECTIONS]:
        for page in section.pages:
            boxes = page.form.base_fields.items()
            fields = {n: something_for(f) for n, f in boxes if not isinstance(f, FileField)}
            person.posts(f"{section.code}/{page.code}", fields)


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


def questions(person: Person) -> Iterator[tuple[str, Any]]:
    """Yield every page that can be opened now, what it says to nothing, and to nonsense."""
    for section in SECTIONS:
        own = [(f"{section.code}/{page.code}", page) for page in section.pages]
        own += [(f"{section.code}/new/{page.code}", page) for page in section.items]
        at = f"/return/{person.year}/{section.code}/"
        yield section.code, person.client.get(at)
        for address, page in own:
            answer = person.client.get(f"/return/{person.year}/{address}/")
            if answer.status_code != 200:
                continue
            yield address, answer
            for how, fields in (("empty", {}), ("wrong", wrong_for(page))):
                refused = person.posts(address, fields)
                if refused.status_code == 422:
                    yield f"{address} {how}", refused
