"""Pages that ask several questions at once (まとめて聞く画面): a list to tick, a slip as a whole.

Each question has a page of its own as well, to which 変更 and a correction request lead; the
answers are kept where those keep them, so that a return is the same whichever way was taken.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import MoneyField
from portal.interview.base import PageForm
from portal.interview.fields import OneOfField, OptionalMoneyField, PlainTextField
from portal.interview.pages.income import PartOfRevenueForm

NONE = "none"
# Stands for an answer that the question's own page has to take.
ITS_OWN_PAGE = None
# The payer of 国民年金 and 厚生年金 as the slip names it.
STATE_PENSION = "厚生労働省"


@dataclass(frozen=True)
class Ask:
    """A question behind a tick: its place and field, what a tick answers, and what none does."""

    place: str
    name: str
    yes: Any
    no: Any

    def is_ticked_by(self, value: Any) -> bool:
        """Tell whether an answer is one of those that the tick stands for."""
        any_yes = self.yes is True or self.yes is ITS_OWN_PAGE
        return value not in (None, "", self.no) and (any_yes or value == self.yes)


class TickedForm(PageForm):
    """Questions of yes and no as one list; what is not ticked is answered with no.

    `stored` holds what is known of each question by its place.
    """

    asks: ClassVar[dict[str, Ask]] = {}

    @classmethod
    def initial_from(cls, stored: dict[str, Any]) -> dict[str, Any]:
        answered = "which" in stored.get("_done", [])
        ticked = [code for code, ask in cls.asks.items() if _is_yes(ask, stored, answered)]
        known = [stored.get(ask.place, {}).get(ask.name) for ask in cls.asks.values()]
        return {"which": ticked or ([NONE] if None not in known else [])}

    def clean_which(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["which"]
        if NONE in ticked and len(ticked) > 1:
            raise forms.ValidationError(
                _("「どれもありません」は、ほかの答えといっしょに選べません。")
            )
        return ticked

    def to_store(self) -> dict[str, Any]:
        """Return the answers by place; {} where the question's own page has to ask on."""
        told: dict[str, Any] = {}
        for code, ask in self.asks.items():
            if code in self.cleaned_data["which"]:
                before = self.stored.get(ask.place, {}).get(ask.name)
                answer = before if ask.is_ticked_by(before) else ask.yes
                told[ask.place] = {} if answer is ITS_OWN_PAGE else {ask.name: answer}
            else:
                told.setdefault(ask.place, {ask.name: ask.no})
        return told

    def answered_rows(self) -> list[tuple[str, str]]:
        """Return nothing: the questions' own pages tell their answers."""
        return []


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
    }
    which = tick_list(
        gettext_lazy("%(year)sに払ったもの(あてはまるものすべて)"),
        [
            (
                "social",
                gettext_lazy("源泉徴収票にのっていない社会保険料(国民健康保険、国民年金など)"),
            ),
            ("life", gettext_lazy("生命保険・介護医療保険・個人年金保険の保険料")),
            ("earthquake", gettext_lazy("地震保険の保険料")),
            ("medical", gettext_lazy("医療費(10万円くらいより多い)")),
            ("self_medication", gettext_lazy("対象の市販薬(12,000円より多い)")),
        ],
    )

    def clean_which(self) -> list[str]:
        ticked = super().clean_which()
        if {"medical", "self_medication"} <= set(ticked):
            raise forms.ValidationError(
                _("医療費と市販薬の控除は、どちらか一方だけ使えます。1つを外してください。")
            )
        return ticked


class HouseholdForm(TickedForm):
    asks: ClassVar[dict[str, Ask]] = {
        "spouse": Ask("spouse/has", "has", True, False),
        "relatives": Ask("relatives/has", "has", True, False),
        "disability": Ask("personal/disability", "disability", ITS_OWN_PAGE, "none"),
        "student": Ask("personal/student", "student", True, False),
    }
    for_agent: ClassVar[dict[str, Any]] = {
        "which": gettext_lazy("%(year)s12月31日の本人に、あてはまるもの(すべて)")
    }
    which = tick_list(
        gettext_lazy("%(year)s12月31日のあなたに、あてはまるもの(すべて)"),
        [
            ("spouse", gettext_lazy("籍を入れた夫や妻がいました")),
            (
                "relatives",
                gettext_lazy("生活費を出して養っている家族がいました(16歳未満の子、別居の家族も)"),
            ),
            ("disability", gettext_lazy("障害者手帳などを持っています")),
            ("student", gettext_lazy("高校、大学、専門学校などの学生でした")),
        ],
    )


class SlipForm(PartOfRevenueForm):
    """A 源泉徴収票 as a whole: the boxes that the interview asks for."""

    revenue = MoneyField(label=gettext_lazy("支払金額"), help_text=gettext_lazy("例 3,200,000"))
    withheld_tax = OptionalMoneyField(
        label=gettext_lazy("源泉徴収税額"), help_text=gettext_lazy("0のときは空けておきます。")
    )

    def answered_rows(self) -> list[tuple[str, str]]:
        """Return nothing: the boxes' own pages tell their answers."""
        return []


class SalarySlipForm(SlipForm):
    social_insurance = OptionalMoneyField(
        label=gettext_lazy("社会保険料等の金額"),
        help_text=gettext_lazy("二段のときは下の段です。なければ空けておきます。"),
    )
    payer = PlainTextField(
        label=gettext_lazy("支払者の名前"),
        help_text=gettext_lazy("例 株式会社くまもと商店"),
        max_length=120,
    )


class PensionSlipForm(SlipForm):
    """公的年金等の源泉徴収票: most have one payer, and choose it instead of typing its name."""

    social_insurance = OptionalMoneyField(
        label=gettext_lazy("社会保険料の金額"),
        help_text=gettext_lazy("なければ空けておきます。"),
    )
    source = OneOfField(
        label=gettext_lazy("支払者"),
        choices=[
            ("state", gettext_lazy("厚生労働省(国民年金、厚生年金)")),
            ("other", gettext_lazy("そのほか(共済組合、企業年金など)")),
        ],
    )
    payer = PlainTextField(
        label=gettext_lazy("そのほかの支払者の名前"), required=False, max_length=120
    )

    @classmethod
    def initial_from(cls, stored: dict[str, Any]) -> dict[str, Any]:
        initial, payer = super().initial_from(stored), stored.get("payer", "")
        if payer == STATE_PENSION:
            return initial | {"source": "state", "payer": ""}
        return initial | ({"source": "other"} if payer else {})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        source, payer = cleaned.pop("source", ""), cleaned.get("payer", "")
        if source == "other" and not payer and "payer" not in self.errors:
            self.add_error("payer", _("支払者の名前を入力してください(例 地方職員共済組合)。"))
        elif source == "state" and payer not in ("", STATE_PENSION):
            self.add_error("payer", _("厚生労働省のときは、そのほかの名前を消してください。"))
        elif source == "state":
            cleaned["payer"] = STATE_PENSION
        return cleaned
