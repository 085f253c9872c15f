"""Fields that several pages of the interview share."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from config.fields import MoneyField, PersonalNumberField, half_width
from config.inputs import Fold
from filing.numbers import personal_number_is_valid
from filing.values import is_kana

# Text that gettext translates when it is shown; typed as the forms' own signatures want it.
Text = Any

# Characters that no paper form can hold and that break XML: C0 and C1 controls, and the
# direction marks that make a text read differently from what is stored.
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


class PlainTextField(forms.CharField):
    """A line of text kept exactly as typed: every width, kana and variant of a character."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 80)
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if FORBIDDEN.search(text):
            raise forms.ValidationError(
                _(
                    "「%(label)s」に使えない文字(目に見えない制御文字など)があります。"
                    "一度消して、打ち直してください。"
                )
                % {"label": self.label}
            )
        return text


class KanaField(PlainTextField):
    """フリガナ: kana of any width, kept exactly as typed; anything else is refused."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not is_kana(text):
            raise forms.ValidationError(
                _(
                    "「%(label)s」は、カタカナかひらがなで入力してください(例 サトウ ハナコ)。"
                    "フリガナがない人は、空けておきます。"
                )
                % {"label": self.label}
            )
        return text


class Folding(forms.widgets.ChoiceWidget):
    """Cards to choose from of which those that few need open in place, where the first stands."""

    def __init__(self, *, folded: Sequence[str] = (), title: Text) -> None:
        super().__init__()
        self.folded, self.title = folded, title

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        groups = super().optgroups(name, value, attrs)
        few = [group for group in groups if group[1][0]["value"] in self.folded]
        if not few:
            return groups
        first = groups.index(few[0])
        together = (Fold(self.title), [option for group in few for option in group[1]], first)
        return [*groups[:first], together, *(g for g in groups[first:] if g not in few)]


class FoldedCheckboxes(Folding, forms.CheckboxSelectMultiple):
    """Checkboxes, as `Folding` shows them."""


class FoldedRadios(Folding, forms.RadioSelect):
    """Radio cards, as `Folding` shows them."""


class YesNoField(forms.TypedChoiceField):
    """Two radio cards whose labels repeat the question, never a bare yes and no."""

    def __init__(self, *, label: Text, yes: Text, no: Text, **options: Any) -> None:
        super().__init__(
            label=label,
            choices=[("yes", yes), ("no", no)],
            widget=forms.RadioSelect,
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if value != "" else value

    def clean(self, value: Any) -> bool:
        return super().clean(value) == "yes"


class OneOfField(forms.ChoiceField):
    """Radio cards. `told`: shorter words for an answer, where it is read among others."""

    def __init__(
        self,
        *,
        choices: Sequence[tuple[str, Text]],
        told: Mapping[str, Text] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(choices=choices, widget=forms.RadioSelect, **options)
        self.told = told or {}


class OptionalMoneyField(MoneyField):
    """Yen; left empty it means 0."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> int:
        return super().clean(value) or 0

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial or None, data or None)


class CountField(forms.IntegerField):
    """A small whole number (months, a year) in any width."""

    def __init__(self, *, lowest: int = 1, highest: int, **options: Any) -> None:
        box = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 6})
        super().__init__(widget=box, **options)
        self.lowest, self.highest = lowest, highest

    def clean(self, value: Any) -> int | None:
        text = half_width(str(value)) if value else ""
        if text and not (text.isdecimal() and self.lowest <= int(text[:9]) <= self.highest):
            words = {"label": self.label, "low": self.lowest, "high": self.highest}
            raise forms.ValidationError(
                _("「%(label)s」は%(low)sから%(high)sまでの数字で入力してください。") % words,
                code="range",
            )
        return super().clean(text)


class CheckedNumberField(PersonalNumberField):
    """個人番号 of a relative: 12 digits whose check digit fits; never shown again."""

    def clean(self, value: Any) -> str:
        number = super().clean(value)
        if number and not personal_number_is_valid(number):
            raise forms.ValidationError(
                _("マイナンバーの12けたの数字を、もう一度確かめて入力してください。")
            )
        return number
