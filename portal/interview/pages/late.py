"""年の中途で死亡した人: a spouse or relative who died in the year, and on which day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import EraDateField
from portal.interview.base import PageForm
from portal.interview.fields import YesNoField

# A spouse who died in the year counts as on that day (判定の時期, 条番号は要確認), while 寡婦 and
# ひとり親 are judged on 31 December: both can stand in one return.
DIED = "died"
LIVING_SPOUSE = gettext_lazy(
    "%(year_end)sに生きていた夫や妻のときは、前のページで「いました」を選んでください。"
)
LIVING_RELATIVE = gettext_lazy("%(year_end)sに生きていた人は、亡くなった日を空けてください。")
BEFORE_BIRTH = gettext_lazy("亡くなった日が、生まれた日より前です。どちらかの日を直してください。")


def is_of_the_dead(person: Mapping[str, Any]) -> bool:
    """Tell whether answers are about a spouse or relative who died in the year."""
    return bool(person.get("died_on")) and person.get("has", DIED) == DIED


class SpouseField(YesNoField):
    """Whether there was a spouse on 31 December, or one who died in the year.

    Cleans to True, False, or "died".
    """

    def __init__(self, **options: Any) -> None:
        yes, no = gettext_lazy("いました"), gettext_lazy("いませんでした")
        super().__init__(yes=yes, no=no, **options)
        died = gettext_lazy("その年に亡くなりました(控除を受けられることがあります)")
        self.choices = [("yes", yes), (DIED, died), ("no", no)]

    def clean(self, value: Any) -> Any:
        return DIED if value == DIED else super().clean(value)


class SpouseHasForm(PageForm):
    has = SpouseField(
        label=gettext_lazy("%(year)s12月31日に、籍を入れた夫や妻がいましたか?"),
        help_text=gettext_lazy("事実婚(籍を入れていない)の相手は、ここには入りません。"),
    )


class SpouseDeathForm(PageForm):
    """年の中途で死亡した配偶者: the day, and whether the filer has married again since."""

    died_on = EraDateField(label=gettext_lazy("%(name)sさんが亡くなった日"))
    remarried = YesNoField(
        label=gettext_lazy("そのあと%(year)s12月31日までに、再婚しましたか?"),
        yes=gettext_lazy("再婚しました"),
        no=gettext_lazy("再婚していません"),
        help_text=gettext_lazy(
            "再婚した人は、亡くなった人といまの夫や妻のどちらか1人だけ書けます。"
        ),
    )

    def clean_died_on(self) -> date:
        day: date = self.cleaned_data["died_on"]
        if self.stored.get("birth_date") and day.isoformat() < self.stored["birth_date"]:
            raise forms.ValidationError(BEFORE_BIRTH)
        return day_of_death(day, self, LIVING_SPOUSE)


def day_of_death(day: date, form: PageForm, if_living: Any) -> date:
    """Return a 死亡日 of the income year; refuse another, saying what to do instead."""
    if day > form.year_end:
        message = str(if_living)
    elif day.year < form.year_end.year:
        message = _("%(year)sより前に亡くなった人は、控除に入りません。日付を確かめてください。")
    else:
        return day
    raise forms.ValidationError(message % form.words)
