"""Checks on trades and the family that works in them (事業・不動産・専従者の欄)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from filing.calendar import age_on, income_year_end
from filing.form import Form
from filing.inputs.incomes import costs_of, loss_of
from filing.kinds import LARGE_BLUE, TRADES
from filing.model import Return
from filing.people import who
from filing.problems import Problem
from filing.shape import row_label

# 専従者 work more than six months of the year (所得税法57条, 同施行令165条); in a shop that was
# opened or closed in it half of the time, with 青色 books only. The box takes whole months: a part
# of one counts as one, so that seven is what is more than six.
_MORE_THAN_MONTHS = 6
# 白色事業専従者 are 15 or older (所得税法57条3項).
_YOUNGEST_WORKER = 15


def trade_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield what does not fit in trades and their family workers (収支・専従者の不備)."""
    workers = document.answers.get("family_workers") or []
    for trade in TRADES:
        record = document.answers.get(trade)
        if not record:
            continue
        yield from _loss(document.answers, trade, form.group(trade).label)
    books = {(document.answers.get(trade) or {}).get("books") for trade in TRADES} - {None}
    if len(books) > 1:
        first = next(trade for trade in TRADES if document.answers.get(trade))
        message = (
            "青色申告・白色申告の区分が仕事によってちがいます。"
            "青色申告特別控除は、全部の仕事を合わせて1つです。区分を確かめてください。"
        )
        yield Problem(f"answers.{first}.books", "books_differ", message, "warning")
    yield from _blue_books(document)
    yield from _land_interest(document.answers)
    for index, row in enumerate(workers):
        path, name = (
            f"answers.family_workers.{index}",
            row_label(form.group("family_workers"), index),
        )
        yield from _worker(document, path, name, row)
    for trade in TRADES:
        spouses = [r for r in workers if r.get("trade") == trade and r.get("relation") == "spouse"]
        if len(spouses) > 1:
            message = "専従者の配偶者は1人だけです。続柄を直すか、どちらかを消してください。"
            yield Problem("answers.family_workers", "spouse_twice", message)


def _loss(answers: dict[str, Any], trade: str, label: str) -> Iterator[Problem]:
    """赤字: costs above the revenue, or with what the family is paid (青色事業専従者給与)."""
    record = answers[trade]
    if costs_of(record) > (record.get("revenue") or 0):
        message = f"{label}は経費が収入を超えて赤字です。金額を確かめてください。"
    elif loss_of(answers, trade):
        message = f"{label}は専従者給与を入れると赤字です。金額を確かめてください。"
    else:
        return
    yield Problem(f"answers.{trade}.revenue", "loss", message, "warning")


def _blue_books(document: Return) -> Iterator[Problem]:
    """55万円・65万円: with an income-tax return in time, of rents with 事業的規模 only."""
    large = [t for t in TRADES if (document.answers.get(t) or {}).get("books") in LARGE_BLUE]
    for trade in large:
        message = (
            "青色申告特別控除の55万円・65万円は、確定申告を期限までにした人の控除です。"
            "確定申告をした人は、この申告はいりません。しない人は10万円を選んでください(要確認)。"
        )
        yield Problem(f"answers.{trade}.books", "income_tax_return", message, "warning")
    if large != ["real_estate"]:
        return
    scale = document.answers["real_estate"].get("business_scale")
    if scale is False:
        message = (
            "5棟または10室より少ない不動産の青色申告特別控除は、10万円までです。"
            "10万円で計算します。"
        )
        yield Problem("answers.real_estate.business_scale", "capped", message, "warning")
    elif scale is None:
        message = (
            "不動産が事業的規模(おおむね5棟または10室以上)かどうかを確かめてください。"
            "ちがうときは、青色申告特別控除は10万円です。"
        )
        yield Problem("answers.real_estate.business_scale", "look_up", message, "warning")


def _land_interest(answers: dict[str, Any]) -> Iterator[Problem]:
    """土地等の借入金の利子: a part of the interest; of a loss it is set against nothing."""
    rents = answers.get("real_estate") or {}
    path, part = "answers.real_estate.land_interest", rents.get("land_interest")
    if (part or 0) > (rents.get("interest") or 0):
        message = "土地等を買うための利子が、借入金利子を超えています。金額を直してください。"
        yield Problem(path, "exceeds", message)
    elif part is None and rents.get("interest") and loss_of(answers, "real_estate"):
        message = (
            "不動産が赤字です。借入金利子のうち土地等を買うための分は、"
            "ほかの所得から引けません。その金額を確かめてください(要確認)。"
        )
        yield Problem(path, "look_up", message, "warning")


def _worker(document: Return, path: str, name: str, row: dict[str, Any]) -> Iterator[Problem]:
    trade = document.answers.get(row.get("trade") or "")
    if not trade:
        message = f"{name}の手伝っている仕事が、収入の種類にありません。仕事を選び直してください。"
        yield Problem(f"{path}.trade", "no_trade", message)
        return
    months, paid = row.get("months") or 0, row.get("salary") or 0
    white = trade.get("books") == "white"
    if white and paid:
        message = f"{name}の給与の額は、青色申告のときだけ書きます。金額を消してください。"
        yield Problem(f"{path}.salary", "white", message)
    if not white and not paid:
        yield Problem(f"{path}.salary", "required", f"{name}の給与の額を入力してください。")
    if months > 12:
        yield Problem(f"{path}.months", "months", f"{name}の月数は12までにしてください。")
    elif months <= _MORE_THAN_MONTHS and white:
        message = (
            f"{name}の月数が6か月以下なので、白色申告の専従者になりません。"
            "1か月に足りない日は1か月と数えます(6か月と10日なら7)。"
            "月数を直すか、その人を消してください。"
        )
        yield Problem(f"{path}.months", "few_months", message)
    elif months <= _MORE_THAN_MONTHS:
        message = (
            f"{name}の月数が6か月以下です。専従者にならないことがあります。"
            "1か月に足りない日は1か月と数えます(6か月と10日なら7)。"
        )
        yield Problem(f"{path}.months", "few_months", message, "warning")
    if row.get("trade") == "real_estate":
        yield from _works_in_rents(f"{path}.trade", name, trade.get("business_scale"))
    born = row.get("birth_date")
    if born and _is_too_young(date.fromisoformat(born), document.tax_year):
        message = f"{name}は15歳未満です。専従者は15歳以上の家族です。生年月日を確かめてください。"
        yield Problem(f"{path}.birth_date", "too_young", message)
    yield from _not_a_dependant(document, path, name, row)


def _works_in_rents(path: str, name: str, scale: bool | None) -> Iterator[Problem]:
    """専従者 work in a business: rents are one from 事業的規模 on (所得税法57条; 要確認)."""
    if scale is False:
        message = (
            f"{name}の手伝っている不動産は、5棟または10室より少ないので、"
            "専従者の控除はありません(要確認)。その人を消してください。"
        )
        yield Problem(path, "small_scale", message)
    elif scale is None:
        message = (
            f"{name}の手伝っている不動産が、事業的規模(おおむね5棟または10室以上)かどうかを"
            "確かめてください。ちがうときは、専従者の控除はありません(要確認)。"
        )
        yield Problem(path, "look_up", message, "warning")


def _is_too_young(born: date, tax_year: str) -> bool:
    last_day = income_year_end(tax_year)
    return born > last_day or age_on(born, last_day) < _YOUNGEST_WORKER


def _not_a_dependant(
    document: Return, path: str, name: str, row: dict[str, Any]
) -> Iterator[Problem]:
    """専従者 are nobody's dependants (地方税法292条1項8号・9号)."""
    relatives = document.answers.get("relatives") or []
    if any(who(other) == who(row) for other in relatives):
        message = f"{name}は養っている家族にも書かれています。専従者は扶養控除になりません。"
        yield Problem(f"{path}.name", "no_effect", message, "warning")
    if row.get("relation") == "spouse" and document.answers.get("spouse"):
        message = f"{name}は配偶者です。専従者になると、配偶者控除は受けられません。"
        yield Problem(f"{path}.relation", "no_effect", message, "warning")
