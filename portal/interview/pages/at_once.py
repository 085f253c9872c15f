"""Pages that ask several questions at once (まとめて聞く画面): a list to tick, a slip as a whole.

Each question has a page of its own as well, to which 変更 and a correction request lead; the
answers are kept where those keep them, so that a return is the same whichever way was taken.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.interview.pages import deductions, family, late, medical
from portal.interview.pages.opened import Opened, OpeningForm

NONE = "none"
# Stands for an answer that the question's own page has to take.
ITS_OWN_PAGE = None


@dataclass(frozen=True)
class Ask:
    """A question behind a tick: its place and field, what a tick answers, and what none does.

    `only`: the tick stands for that answer alone, as another tick answers the question otherwise.
    `of`: the kind of income without which it is not asked, "" where everybody is asked.
    """

    place: str
    name: str
    yes: Any
    no: Any
    only: bool = False
    of: str = ""

    def is_ticked_by(self, value: Any) -> bool:
        """Tell whether an answer is one of those that the tick stands for."""
        any_yes = not self.only and (self.yes is True or self.yes is ITS_OWN_PAGE)
        return value not in (None, "", self.no) and (any_yes or value == self.yes)


class TickedForm(OpeningForm):
    """Questions of yes and no as one list; what is not ticked is answered with no.

    `stored` holds what is known of each question by its place.
    """

    asks: ClassVar[dict[str, Ask]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        box: Any = self.fields["which"]
        asked = {NONE, *self.asked()}
        box.choices = [choice for choice in box.choices if choice[0] in asked]

    def asked(self) -> dict[str, Ask]:
        """Return the questions that this person is asked."""
        found = self.asks.items()
        return {code: ask for code, ask in found if not ask.of or ask.of in self.filer_kinds}

    @classmethod
    def initial_from(cls, stored: dict[str, Any]) -> dict[str, Any]:
        answered = "which" in stored.get("_done", [])
        ticked = [code for code, ask in cls.asks.items() if _is_yes(ask, stored, answered)]
        everybody = [ask for ask in cls.asks.values() if not ask.of]
        known = [stored.get(ask.place, {}).get(ask.name) for ask in everybody]
        return {"which": ticked or ([NONE] if None not in known else [])}

    def clean_which(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["which"]
        if NONE in ticked and len(ticked) > 1:
            raise forms.ValidationError(
                _("「どれもありません」は、ほかの答えといっしょに選べません。")
            )
        return ticked

    def is_open(self, opened: Opened) -> bool:
        return opened.code in self.cleaned_data.get("which", [])

    def to_store(self) -> dict[str, Any]:
        """Return the answers by place; {} where the question's own page has to ask on."""
        told: dict[str, Any] = {}
        for code, ask in self.asked().items():
            if code in self.cleaned_data["which"]:
                before = self.stored.get(ask.place, {}).get(ask.name)
                answer = before if ask.is_ticked_by(before) else ask.yes
                told[ask.place] = {} if answer is ITS_OWN_PAGE else {ask.name: answer}
            else:
                told.setdefault(ask.place, {ask.name: ask.no})
        return told | self.told_below()


def _is_yes(ask: Ask, stored: dict[str, Any], answered: bool) -> bool:
    """Tell whether a question was answered with yes, or is waiting for the rest of its answer."""
    there = stored.get(ask.place, {})
    waits = ask.place.partition("/")[2] not in there.get("_done", [])
    return ask.is_ticked_by(there.get(ask.name)) or (answered and waits)


def tick_list(label: Any, choices: list[tuple[str, Any]], help_text: Any = "") -> Any:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=[*choices, (NONE, gettext_lazy("どれもありません"))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy(
                "1つ以上選んでください。なければ「どれもありません」を選びます。"
            )
        },
    )


class PaidForm(TickedForm):
    asks: ClassVar[dict[str, Ask]] = {
        "social": Ask("social-insurance/paid", "paid", True, False),
        "life": Ask("insurance/life-paid", "paid", True, False),
        "earthquake": Ask("insurance/earthquake-paid", "quake_paid", True, False),
        "medical": Ask("medical/method", "method", "medical", "none"),
        "self_medication": Ask("medical/method", "method", "self_medication", "none"),
        "housing": Ask("housing/has", "has", True, False, of="salary"),
    }
    opens = (
        Opened(
            "social",
            "social-insurance/amounts",
            deductions.SocialForm,
            gettext_lazy("社会保険料"),
            paper="social_insurance",
            lead=deductions.NOT_OTHERS,
        ),
        Opened(
            "life",
            "insurance/life",
            deductions.LifeForm,
            gettext_lazy("生命保険料"),
            slip="life",
            paper="life",
        ),
        Opened(
            "earthquake",
            "insurance/earthquake",
            deductions.EarthquakeForm,
            gettext_lazy("地震保険料"),
            slip="earthquake",
            paper="earthquake",
        ),
        Opened(
            "medical",
            "medical/amounts",
            medical.MedicalForm,
            gettext_lazy("医療費"),
            paper="medical",
        ),
        Opened(
            "self_medication",
            "medical/self-medication",
            medical.SelfMedicationForm,
            gettext_lazy("市販薬"),
            paper="medical",
        ),
    )
    below = (
        gettext_lazy("1件ずつ入力するには"),
        gettext_lazy(
            "金額を空けて「保存して次へ」を押します。次の画面で、1件ずつの入力を選べます。"
        ),
    )
    which = tick_list(
        gettext_lazy("%(year)sに払ったもの(すべて選ぶ)"),
        [
            ("social", gettext_lazy("社会保険料(源泉徴収票にない分)")),
            ("life", gettext_lazy("生命・医療・年金の保険料")),
            ("earthquake", gettext_lazy("地震保険料")),
            ("medical", gettext_lazy("医療費(10万円か所得の5%より多い)")),
            ("self_medication", gettext_lazy("対象の市販薬(12,000円より多い)")),
            ("housing", gettext_lazy("住宅ローン(2年目からの控除)")),
        ],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "salary" in self.filer_kinds:
            self.fields["which"].help_text = _(
                "年末調整で受けた控除(生命保険、住宅ローンなど)も、もう一度入力します。"
            )

    def offers(self, opened: Opened) -> bool:
        """Leave out sums that follow from certificates or receipts copied one by one."""
        stored = self.stored.get(opened.place, {})
        one_by_one = {"life": "paid", "earthquake": "quake_paid"}
        if opened.code in one_by_one:
            return stored.get(one_by_one[opened.code]) != "each"
        return not (opened.place.startswith("medical/") and stored.get("receipts"))

    def clean_which(self) -> list[str]:
        ticked = super().clean_which()
        if {"medical", "self_medication"} <= set(ticked):
            raise forms.ValidationError(
                _("医療費と市販薬の控除は、どちらか一方だけ使えます。1つを外してください。")
            )
        return ticked


class HouseholdForm(TickedForm):
    asks: ClassVar[dict[str, Ask]] = {
        "spouse": Ask("spouse/has", "has", True, False, only=True),
        "bereaved": Ask("spouse/has", "has", late.DIED, False),
        "relatives": Ask("relatives/has", "has", True, False),
        "disability": Ask("personal/disability", "disability", ITS_OWN_PAGE, "none"),
        "student": Ask("personal/student", "student", True, False),
    }
    opens = (
        Opened(
            "disability",
            "personal/disability",
            family.OwnDisabilityForm,
            gettext_lazy("障害者手帳"),
            paper="disability",
        ),
        Opened("student", "personal/school", family.SchoolForm, gettext_lazy("学校の名前")),
        Opened("marital", "personal/marital", family.MaritalForm, needs_tick=False),
        Opened("partner", "personal/partner", family.PartnerForm, needs_tick=False),
    )
    for_agent: ClassVar[dict[str, Any]] = {
        "which": gettext_lazy("%(year)s12月31日の本人のこと(すべて選ぶ)")
    }
    which = tick_list(
        gettext_lazy("%(year)s12月31日のこと(すべて選ぶ)"),
        [
            ("spouse", gettext_lazy("籍を入れた夫や妻がいました")),
            ("bereaved", gettext_lazy("夫や妻が、その年に亡くなりました")),
            (
                "relatives",
                gettext_lazy("家族を養っていました(16歳未満、別居、亡くなった人も)"),
            ),
            ("disability", gettext_lazy("障害者手帳などがありました")),
            ("student", gettext_lazy("学生でした")),
        ],
    )

    def clean_which(self) -> list[str]:
        ticked = super().clean_which()
        if {"spouse", "bereaved"} <= set(ticked):
            raise forms.ValidationError(
                _("亡くなった人といまの夫や妻は、どちらか1人だけ書けます。1つを外してください。")
            )
        return ticked

    def is_open(self, opened: Opened) -> bool:
        """Ask about earlier marriages whom 寡婦 or ひとり親 may be about, as their pages do."""
        if opened.code not in ("marital", "partner"):
            return super().is_open(opened)
        ticked = self.cleaned_data.get("which", [])
        supports, is_woman = "relatives" in ticked, self.filer_sex == "2"
        if opened.code == "marital":
            return not {"spouse", "bereaved"} & set(ticked) and (supports or is_woman)
        lost = self.data.get("marital-marital") in ("widowed", "missing") or "bereaved" in ticked
        return "spouse" not in ticked and (supports or (is_woman and lost))
