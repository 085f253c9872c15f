"""Questions that open below a list (選ぶと開く質問): each is the form of a page of its own.

Left empty, one is asked on that page afterwards. Nothing that was typed gets lost in silence: what
stands in a part whose tick was taken away is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.interview.base import PageForm


@dataclass(frozen=True)
class Opened:
    """A part that opens: the tick's code, the page whose question it is, and how it is shown.

    `needs_tick`: what is answered there without the tick is an error; else it is not looked at.
    `paper`: the topic of the papers that can be added there, as on the page. `lead`: what holds for
    all its boxes, said once above them.
    """

    code: str
    place: str
    form: type[PageForm]
    title: Any = ""
    slip: str = ""
    needs_tick: bool = True
    paper: str = ""
    lead: Any = ""


@dataclass(frozen=True, eq=False)
class Part:
    """An opened question in one page's form: its fields go under names of their own.

    `was_posted`: its boxes came, blank or not (a radio button that nobody chose does not come).
    `is_filled`: something stands in them. `is_answered`: the question was answered before.
    `is_everybodys`: nothing is known or typed, and it is the same part for all, see `_blank`.
    """

    opened: Opened
    form: PageForm
    was_posted: bool = False
    is_filled: bool = False
    is_answered: bool = False
    is_everybodys: bool = False

    @property
    def lit(self) -> tuple[str, ...]:
        """The boxes of the drawn slip."""
        return tuple(self.form.fields)


class OpeningForm(PageForm):
    """A list whose ticks open further questions on the same page."""

    opens: ClassVar[tuple[Opened, ...]] = ()

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        offered = [one for one in self.opens if self.offers(one)]
        self.parts = [_part(one, data, **options) for one in offered]

    def offers(self, opened: Opened) -> bool:
        """Tell whether a question may be answered here at all."""
        return True

    def is_open(self, opened: Opened) -> bool:
        """Tell whether the answers above open a question."""
        raise NotImplementedError

    @property
    def all_forms(self) -> list[forms.Form]:
        return [self, *(part.form for part in self._answered_now())]

    def is_valid(self) -> bool:
        return super().is_valid() and all(part.form.is_valid() for part in self._answered_now())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for part in self.parts:
            new = part.opened.needs_tick and part.is_filled and part.form.has_changed()
            if new and "which" in cleaned and not self.is_open(part.opened):
                said = _("「%(title)s」が入力されています。印を付けるか、入力を消してください。")
                self.add_error("which", said % {"title": part.opened.title})
        return cleaned

    def told_below(self) -> dict[str, Any]:
        """Return the answers of the open questions by place; {} where one was emptied."""
        told: dict[str, Any] = {}
        for part in self.parts:
            if part.was_posted and self.is_open(part.opened):
                if part.is_filled:
                    told[part.opened.place] = part.form.to_store()
                elif part.is_answered:
                    told[part.opened.place] = {}
        return told

    def _answered_now(self) -> list[Part]:
        """Return the open parts in which something stands."""
        if not hasattr(self, "cleaned_data"):
            return []
        return [part for part in self.parts if part.is_filled and self.is_open(part.opened)]

    def _posted_names(self) -> set[str]:
        names = super()._posted_names().union(*(part.form._posted_names() for part in self.parts))
        # As in ENVELOPE: a box for files in which none was chosen.
        codes = [part.opened.code for part in self.parts if part.opened.paper]
        return names.union(f"{code}-{box}" for code in codes for box in ("papers", "photograph"))


def _part(opened: Opened, data: Mapping[str, Any] | None, **options: Any) -> Part:
    stored = options.get("stored", {}).get(opened.place, {})
    boxes = [f"{opened.code}-{name}" for name in opened.form.base_fields]
    posted = [data[box] for box in boxes if box in data] if data is not None else []
    if not stored and not posted:
        return _blank_part(opened, **options)
    filled = any(str(value).strip() for value in posted)
    # Boxes that came blank stay blank when the page is shown again.
    options["stored"] = {} if posted and not filled else stored
    form = _form(opened, data if filled else None, **options)
    answered = opened.place.partition("/")[2] in stored.get("_done", [])
    return Part(opened, form, bool(posted), filled, answered)


def _blank_part(
    opened: Opened,
    *,
    words: Mapping[str, str],
    acting: bool = False,
    born: date | None = None,
    **_personal: Any,
) -> Part:
    """Return the part in which nothing stands: one for all whom it asks alike.

    Of the person, only what the question's wording depends on gets into it: never a name.
    """
    of_the_year = tuple((name, text) for name, text in words.items() if name != "name")
    folded = opened.form.folded_for(born, words)
    return _everybodys(opened, acting, folded, of_the_year, get_language())


@lru_cache(maxsize=300)
def _everybodys(
    opened: Opened,
    acting: bool,
    folded: tuple[str, ...],
    words: tuple[tuple[str, str], ...],
    language: str,
) -> Part:
    """Return a blank part; its labels are texts in the language, so that each has its own."""
    form = _form(opened, None, words={**dict(words), "name": ""}, acting=acting)
    form.folded = folded
    return Part(opened, form, is_everybodys=True)


def _form(opened: Opened, data: Mapping[str, Any] | None, **options: Any) -> PageForm:
    form = opened.form(data, prefix=opened.code, **options)
    for formfield in form.fields.values():
        # Only what was ticked is open, and what is left empty is asked afterwards: no mark holds.
        formfield.unmarked = True  # type: ignore[attr-defined]
    return form
