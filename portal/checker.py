"""「申告が必要か」: at most six plain questions, and the answer with its reason and article."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.interview.base import fill
from portal.interview.fields import OneOfField

Text = str | Promise


@dataclass(frozen=True)
class Question:
    code: str
    text: Text
    choices: tuple[tuple[str, Text], ...]
    help: Text = ""


@dataclass(frozen=True)
class Verdict:
    """`outcome` is required, not_required, elsewhere or useful (not a duty, but worth it)."""

    outcome: str
    title: Text
    reason: Text
    article: Text


HOME = Question(
    "home",
    _("%(jan1)sに、%(city)sに住んでいますか?"),
    (
        ("yes", _("%(city)sに住んでいます(住む予定です)")),
        ("no", _("ほかの市や町に住んでいます")),
    ),
    _("住民票がある市や町で考えます。"),
)
INCOME_TAX = Question(
    "income_tax",
    _("%(year)s分の所得税の確定申告をしますか?"),
    (
        ("yes", _("します(しました)")),
        ("no", _("しません")),
    ),
    _("税務署やe-Taxに出す申告です。住宅ローン控除の1年目の人は、確定申告をします。"),
)
INCOME = Question(
    "income",
    _("%(year)sの収入は、どれですか?"),
    (
        ("salary", _("給料(パート・アルバイト)だけ")),
        ("pension", _("公的年金だけ")),
        ("both", _("給料と公的年金の両方")),
        ("other", _("商売・農業・副業・家賃など、ほかの収入がある")),
        ("assets", _("株・配当・満期保険金・土地や建物を売ったお金がある")),
        ("none", _("収入がない(遺族年金・障害年金・失業給付だけ)")),
    ),
)
REPORTED = Question(
    "reported",
    _("12月まで勤めた会社で、年末調整をしてもらいますか?"),
    (
        ("yes", _("はい、年末調整があります")),
        ("no", _("いいえ、年末調整はありません(途中でやめた人も)")),
        ("unknown", _("分かりません")),
    ),
    _("会社が市に書類(給与支払報告書)を出しているかを確かめる質問です。"),
)
DEDUCTIONS = Question(
    "deductions",
    _("源泉徴収票にのっていない控除を、受けたいですか?"),
    (
        ("yes", _("受けたい控除があります")),
        ("no", _("ありません")),
    ),
    _("医療費、自分で払った国民健康保険料、生命保険料、家族の扶養などです。"),
)
WITHHELD = Question(
    "withheld",
    _("そのお金は、どれですか?"),
    (
        ("listed", _("上場株式の配当や、源泉徴収ありの特定口座の利益だけ")),
        ("land", _("土地や建物を売った")),
        ("other", _("満期保険金、そのほか")),
    ),
    _("給料や年金だけの人と同じになることがあるので、うかがいます。"),
)
SUPPORTED = Question(
    "supported",
    _("%(city)sに住む家族の、税金の扶養に入っていますか?"),
    (
        ("yes", _("入っています")),
        ("no", _("入っていません、または分かりません")),
    ),
)
QUESTIONS = (HOME, INCOME_TAX, INCOME, WITHHELD, REPORTED, DEDUCTIONS, SUPPORTED)
BY_CODE = {question.code: question for question in QUESTIONS}


class QuestionForm(forms.Form):
    """The one question of a page."""

    def __init__(self, question: Question, *, words: dict[str, str], asked: bool = False) -> None:
        """Ask a question; `asked` before, it comes back with the error that it has no answer."""
        super().__init__({} if asked else None)
        self.fields[question.code] = OneOfField(
            label=fill(question.text, words),
            help_text=fill(question.help, words),
            choices=[(code, fill(text, words)) for code, text in question.choices],
            error_messages={"required": _("答えを1つ選んでから「次へ」を押してください。")},
        )


def clean(posted: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that the address holds, as far as each follows from those before it."""
    answers: dict[str, str] = {}
    while question := next_question(answers):
        given = posted.get(question.code, "")
        if given not in dict(question.choices):
            break
        answers[question.code] = given
    return answers


def next_question(answers: Mapping[str, str]) -> Question | None:
    """Return the question to ask next; None where the answer is known."""
    if "home" not in answers:
        return HOME
    if answers["home"] == "no":
        return None
    if "income_tax" not in answers:
        return INCOME_TAX
    if answers["income_tax"] == "yes":
        return None
    if "income" not in answers:
        return INCOME
    return _by_income(answers)


def _by_income(answers: Mapping[str, str]) -> Question | None:
    match answers["income"]:
        case "salary":
            if "reported" not in answers:
                return REPORTED
            asks = answers["reported"] == "yes" and "deductions" not in answers
            return DEDUCTIONS if asks else None
        case "pension":
            return None if "deductions" in answers else DEDUCTIONS
        case "assets":
            return None if "withheld" in answers else WITHHELD
        case "none":
            return None if "supported" in answers else SUPPORTED
    return None


def verdict(answers: Mapping[str, str]) -> Verdict:
    """Return the answer to finished questions, with its reason and the article it rests on."""
    if answers["home"] == "no":
        return ELSEWHERE
    if answers["income_tax"] == "yes":
        return BY_INCOME_TAX
    match answers["income"], answers:
        case "salary", {"reported": "yes", "deductions": "no"}:
            return SALARY_ONLY
        case "salary", {"reported": "yes"}:
            return USEFUL
        case "salary", _rest:
            return UNREPORTED
        case "pension", {"deductions": "no"}:
            return PENSION_ONLY
        case "pension", _rest:
            return USEFUL
        case "assets", {"withheld": "listed"}:
            return TAXED_ALREADY
        case "assets", {"withheld": "land"}:
            return LAND_SOLD
        case "both", _rest:
            return SALARY_AND_PENSION
        case "none", {"supported": "yes"}:
            return SUPPORTED_BY_FAMILY
        case "none", _rest:
            return NO_INCOME
    return OTHER_INCOME


ELSEWHERE = Verdict(
    "elsewhere",
    _("%(city)sへの申告は必要ありません"),
    _(
        "住民税は、1月1日に住んでいる市や町に申告します。その市や町に聞いてください。"
        "ただし、この市に自分の家や事務所がある人は、この市にも申告してください。"
    ),
    _("地方税法第318条、第317条の2第1項、第294条第1項第2号"),
)
BY_INCOME_TAX = Verdict(
    "not_required",
    _("住民税の申告は必要ありません"),
    _(
        "確定申告をすると、住民税の申告もしたことになります。"
        "ここで終わりにして、確定申告だけをしてください。両方は出さないでください。"
    ),
    _("地方税法第317条の3第1項"),
)
SALARY_ONLY = Verdict(
    "not_required",
    _("住民税の申告は必要ありません"),
    _("会社が市に給与支払報告書を出すので、市はあなたの給料を知ることができます。"),
    _("地方税法第317条の2第1項ただし書、第317条の6"),
)
PENSION_ONLY = Verdict(
    "not_required",
    _("住民税の申告は必要ありません"),
    _("年金を払うところが市に報告書を出すので、市はあなたの年金を知ることができます。"),
    _("地方税法第317条の2第1項ただし書、第317条の6"),
)
USEFUL = Verdict(
    "useful",
    _("申告すると、税金が安くなることがあります"),
    _(
        "受けたい控除は、申告しないと市には分かりません。"
        "所得税が引かれている人は、確定申告をすると所得税も戻ることがあります。"
        "ワンストップ特例は申告すると無効になるので、ふるさと納税もすべて入力してください。"
    ),
    _("地方税法第317条の2第1項・第2項"),
)
UNREPORTED = Verdict(
    "required",
    _("住民税の申告が必要です"),
    _("会社から市に報告が出ていないことがあるので、あなたが給料を申告します。"),
    _("地方税法第317条の2第1項"),
)
SUPPORTED_BY_FAMILY = Verdict(
    "not_required",
    _("住民税の申告は必要ありません"),
    _(
        "家族の申告や年末調整で、収入がないことが分かるからです。"
        "所得の証明書がいるときは、申告してください。"
    ),
    _("地方税法第317条の2第1項"),
)
NO_INCOME = Verdict(
    "required",
    _("収入がなかったことを申告してください"),
    _("申告がないと、国民健康保険料が安くならなかったり、非課税の証明書が出せなかったりします。"),
    _("地方税法第317条の2"),
)
TAXED_ALREADY = Verdict(
    "not_required",
    _("その配当や利益の申告は必要ありません"),
    _(
        "住民税5%がもう引かれています。令和6年度からは、確定申告書に書いたときだけ住民税の計算に入ります。"
        "給料や年金もある人は、それだけの場合の答えを見てください。"
    ),
    _("地方税法第32条第13項・第15項、第313条第13項・第15項"),
)
LAND_SOLD = Verdict(
    "required",
    _("先に、税務署に確かめてください"),
    _(
        "土地や建物を売った人は、確定申告がいることが多いです。確定申告をすれば、住民税の申告はいりません。"
        "確定申告がいらない人は、ここで住民税の申告をします。"
    ),
    _("地方税法第317条の2第1項、第317条の3第1項"),
)
SALARY_AND_PENSION = Verdict(
    "required",
    _("住民税の申告が必要です"),
    _(
        "市に報告が出ていても、申告がいらないのは、給料だけの人と年金だけの人です。"
        "両方ある人は、会社と年金の源泉徴収票を見て申告します(要確認)。"
        "所得税が引かれている人は、先に確定申告がいるかを確かめてください。"
    ),
    _("地方税法第317条の2第1項"),
)
OTHER_INCOME = Verdict(
    "required",
    _("住民税の申告が必要です"),
    _(
        "所得税では20万円以下の副業などに申告がいらないことがありますが、"
        "住民税では金額にかかわらず申告します。"
    ),
    _("地方税法第317条の2第1項"),
)
