"""The form behind a page of the interview: it cleans, and turns into what a draft can hold."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from config.fields import EraDateWidget
from portal.interview.display import display


class PageForm(forms.Form):
    """A page's questions. Field names are the keys under which the draft keeps the answers."""

    # Answers that are never shown again: the page says that they are there.
    secret: tuple[str, ...] = ()
    # Labels that say otherwise where an agent (代理人) answers for somebody else.
    for_agent: ClassVar[Mapping[str, Any]] = {}
    # Answers that no box of the drawn slip holds.
    beside: tuple[str, ...] = ()
    # Boxes that few fill in: they open in place, under this title.
    folded: tuple[str, ...] = ()
    fold_title: Any = ""
    # Questions that open below, see pages/opened.py.
    parts: Sequence[Any] = ()
    # A title that opens below the button, and what it says about doing it otherwise.
    below: tuple[Any, Any] | None = None

    def __init__(
        self,
        *args: Any,
        stored: dict[str, Any] | None = None,
        words: dict[str, str] | None = None,
        acting: bool = False,
        sex: str = "",
        born: date | None = None,
        kinds: Collection[str] = (),
        **options: Any,
    ) -> None:
        """`stored` is what the draft holds; `words` fill the places such as %(year)s in labels.

        `acting`: an agent answers, for somebody else. `sex` and `born` are the filer's, "" and None
        before they are known; `kinds` are the kinds of income that were ticked.
        """
        self.filer_sex, self.filer_born, self.filer_kinds = sex, born, kinds
        self.folded = self.folded_for(born, words or {})
        self.stored = stored or {}
        self.words = words or {}
        options["initial"] = self.initial_from(self.stored)
        super().__init__(*args, **options)
        for name, formfield in self.fields.items():
            said = self.for_agent.get(name) if acting else None
            formfield.label = fill(said or formfield.label, self.words)
            formfield.help_text = fill(formfield.help_text, self.words)

    @classmethod
    def folded_for(cls, born: date | None, words: Mapping[str, str]) -> tuple[str, ...]:
        """Return the boxes that few people of the filer's age fill in."""
        return cls.folded

    @property
    def year_end(self) -> date:
        """The last day of the income year (所得年の12月31日); its words are in some language."""
        return year_end_of(self.words)

    @classmethod
    def initial_from(cls, stored: dict[str, Any]) -> dict[str, Any]:
        """Return the form's initial values from what the draft holds."""
        known = {name: stored[name] for name in cls.base_fields if name in stored}
        for name, formfield in cls.base_fields.items():
            if isinstance(formfield, forms.DateField) and known.get(name):
                known[name] = date.fromisoformat(known[name])
        return {name: value for name, value in known.items() if name not in cls.secret}

    def to_store(self) -> dict[str, Any]:
        """Return the cleaned answers as JSON can hold them."""
        return {name: _plain(value) for name, value in self.cleaned_data.items()}

    def answered_rows(self) -> list[tuple[str, str]]:
        """Return what was answered as label and text; an answer of nothing is left out."""
        hidden = _("入力済み(表示しません)")
        rows = [
            (str(box.label), hidden if name in self.secret else display(box, self.stored.get(name)))
            for name, box in self.fields.items()
        ]
        return [(label, text) for label, text in rows if text]

    @property
    def shown_fields(self) -> list[Any]:
        """The boxes that everybody sees."""
        return [box for box in self if box.name not in self.folded]

    @property
    def folded_fields(self) -> list[Any]:
        return [self[name] for name in self.folded]

    @property
    def fold_is_open(self) -> bool:
        """Whether something stands in a folded box."""
        return any(_stands(box.value()) or box.errors for box in self.folded_fields)

    @property
    def all_forms(self) -> list[forms.Form]:
        """The page's own form and those that opened below it, for the summary of errors."""
        return [self]

    def saved_message(self) -> str:
        """Return what to tell after the page was saved, "" where the next page says enough."""
        return ""

    def clean(self) -> dict[str, Any]:
        """Refuse fields that the page does not ask for: nothing beyond the form is taken."""
        cleaned = super().clean() or {}
        # A form under another page's list is one part of what was posted: the whole page looks.
        unknown = set() if self.prefix else set(self.data) - self._posted_names() - ENVELOPE
        if unknown:
            raise forms.ValidationError(
                _("このページにない項目が送られました。もう一度入力してください。")
            )
        return cleaned

    def _posted_names(self) -> set[str]:
        names = set()
        for name, formfield in self.fields.items():
            box = self.add_prefix(name)
            names |= {box, *_subwidget_names(formfield, box)}
        return names


# Fields around a page's own: the token, the draft's version, where to go next, whose page it is. A
# box for files in which none was chosen is posted as an empty text.
ENVELOPE = {
    *("csrfmiddlewaretoken", "version", "return", "keep", "preview", "confirmed"),
    *("papers", "photograph", "another"),
}


def year_end_of(words: Mapping[str, str]) -> date:
    """Return the last day of the income year that a page's words are about."""
    return date(int(words["income_year"]), 12, 31)


def fill(text: Any, words: dict[str, str]) -> str:
    """Put this year's and this person's words into a text that has places for them."""
    said = str(text)
    return said % words if "%(" in said else said


def _stands(value: Any) -> bool:
    """Tell whether something stands in a box: of a day, in one of those after its calendar."""
    return any(value[1:]) if isinstance(value, list) else bool(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _subwidget_names(formfield: forms.Field, name: str) -> set[str]:
    """Return the names under which a field of several boxes (a date) is posted."""
    if not isinstance(formfield.widget, EraDateWidget):
        return set()
    return {f"{name}_{part}" for part in ("era", "year", "month", "day")}
