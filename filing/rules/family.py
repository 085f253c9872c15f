"""Checks on spouse and relatives (配偶者・扶養親族の欄)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from filing.calendar import (
    age_when_judged,
    day_of_judging,
    died_in_year,
    income_year_end,
    is_too_old,
)
from filing.form import Form
from filing.model import Return
from filing.problems import Problem
from filing.shape import row_label
from filing.values import has_private_use, is_kana


def family_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield what does not fit in the family's data (家族欄の不備)."""
    spouse = document.answers.get("spouse")
    if spouse:
        limit = form.limits["spouse_special"]
        yield from _person(document, "answers.spouse", form.group("spouse").label, spouse)
        yield from _number("answers.spouse", form.group("spouse").label, spouse, limit)
        if spouse.get("birth_date") and _attains_16_later(document, spouse):
            message = "配偶者が16歳未満になっています。生年月日を確かめてください。"
            yield Problem("answers.spouse.birth_date", "too_young", message)
        if (spouse.get("total_income") or 0) > limit:
            message = (
                f"配偶者の所得が{limit:,}円を超えると控除はありません。金額を確かめてください。"
            )
            yield Problem("answers.spouse.total_income", "no_effect", message, "warning")
    for index, row in enumerate(document.answers.get("relatives") or []):
        path = f"answers.relatives.{index}"
        name = row_label(form.group("relatives"), index)
        born_wrong = list(_person(document, path, name, row))
        yield from born_wrong
        unborn = any(problem.rule in ("unborn", "before_birth") for problem in born_wrong)
        if row.get("birth_date") and not unborn:
            yield from _relative(document, form, path, name, row)
        elif not unborn:
            yield from _number(path, name, row, form.limits["specified_relative"])


def _person(document: Return, path: str, name: str, row: dict[str, Any]) -> Iterator[Problem]:
    """What holds for a spouse and a relative alike."""
    birth = row.get("birth_date")
    if birth and date.fromisoformat(birth) > income_year_end(document.tax_year):
        message = f"{name}の生年月日が所得のあった年より後です。年月日を確かめてください。"
        yield Problem(f"{path}.birth_date", "unborn", message)
    elif birth and is_too_old(date.fromisoformat(birth), document.tax_year):
        message = f"{name}の年齢が130歳を超えます。生年月日を確かめてください。"
        yield Problem(f"{path}.birth_date", "too_old", message)
    yield from _death(document, path, name, row)
    if row.get("disability") == "special_co" and row.get("living") != "together":
        message = f"{name}の同居特別障害者は、同居しているときだけ選べます。区分を直してください。"
        yield Problem(f"{path}.disability", "not_together", message)
    if row.get("living") in ("apart", "abroad") and not row.get("address"):
        message = f"{name}の住所が空です。離れて暮らす家族の住所を入力してください。"
        yield Problem(f"{path}.address", "address_missing", message, "warning")
    if row.get("living") == "abroad":
        yield from _papers_from_abroad(f"{path}.abroad_papers", name, row.get("abroad_papers"))
    if not is_kana(row.get("kana") or ""):
        message = f"{name}のフリガナはカタカナかひらがなで入力してください(例 クマモト イチロウ)。"
        yield Problem(f"{path}.kana", "kana", message, "warning")
    if has_private_use(row.get("name") or ""):
        message = f"{name}の氏名に機種によって形が変わる外字があります。字形を確かめてください。"
        yield Problem(f"{path}.name", "private_use", message, "warning")


def _number(path: str, name: str, row: dict[str, Any], limit: int) -> Iterator[Problem]:
    """個人番号 of whom a deduction is for; of who earns too much for any it is not asked."""
    if not row.get("personal_number") and (row.get("total_income") or 0) <= limit:
        message = f"{name}の個人番号が空です。わかるときは入力してください。"
        yield Problem(f"{path}.personal_number", "number_missing", message, "warning")


def _papers_from_abroad(path: str, name: str, said: bool | None) -> Iterator[Problem]:
    """国外居住親族: no deduction without papers; who does not say is taken to have them."""
    if said is False:
        message = (
            f"{name}は国外に住んでいます。"
            "親族関係書類と送金関係書類がないと、控除を受けられません。控除に入れずに計算します。"
        )
        yield Problem(path, "papers_missing", message, "warning")
    elif said is None:
        message = (
            f"{name}は国外に住んでいます。親族関係書類と送金関係書類があるかを確かめてください。"
            "ないときは、控除はありません。"
        )
        yield Problem(path, "look_up", message, "warning")


def _attains_16_later(document: Return, row: dict[str, Any]) -> bool:
    born, died = date.fromisoformat(row["birth_date"]), row.get("died_on")
    seen = day_of_judging(died, document.tax_year)
    return born <= seen and age_when_judged(born, died, document.tax_year) < 16


def _death(document: Return, path: str, name: str, row: dict[str, Any]) -> Iterator[Problem]:
    """年の中途で死亡した人: counts as on that day, so the day is one of the income year."""
    died, born = row.get("died_on") or "", row.get("birth_date") or ""
    if not died:
        return
    year = income_year_end(document.tax_year).year
    if born and died < born:
        message = f"{name}の亡くなった日が、生年月日より前です。どちらかの日付を直してください。"
        yield Problem(f"{path}.died_on", "before_birth", message)
    elif died[:4] > str(year):
        message = (
            f"{name}の亡くなった日が、{year}年より後です。"
            f"{year}年12月31日に生きていた人は、亡くなった日を消してください。"
        )
        yield Problem(f"{path}.died_on", "later", message)
    elif not died_in_year(died, document.tax_year):
        message = (
            f"{name}は{year}年より前に亡くなっているので、控除はありません。"
            "日付を直すか、その人を消してください。"
        )
        yield Problem(f"{path}.died_on", "earlier", message)
    else:
        message = (
            f"{name}は年の途中で亡くなっています。亡くなった日と、その日の暮らしを"
            "市が住民の記録で確かめます。年齢と所得はその日までで数えます(要確認)。"
        )
        yield Problem(f"{path}.died_on", "look_up", message, "warning")


def _relative(
    document: Return, form: Form, path: str, name: str, row: dict[str, Any]
) -> Iterator[Problem]:
    born = date.fromisoformat(row["birth_date"])
    age = age_when_judged(born, row.get("died_on"), document.tax_year)
    if row.get("cohabiting_parent"):
        yield from _cohabiting_parent(path, name, row, age)
    yield from _same_house(path, name, row, age)
    if row.get("relation") == "child" and born <= document.filer.birth_date:
        message = f"{name}は子ですが、申告する人より年上です。続柄か生年月日を確かめてください。"
        yield Problem(f"{path}.relation", "older_child", message, "warning")
    # 19 to 22: 特定親族特別控除 reaches further than 扶養控除 (地方税法314条の2第1項11号の2).
    limit = form.limits["specified_relative" if 19 <= age <= 22 else "dependant"]
    yield from _number(path, name, row, limit)
    if (row.get("total_income") or 0) > limit:
        message = (
            f"{name}の合計所得が{limit:,}円を超えるので、控除はありません。金額を確かめてください。"
        )
        yield Problem(f"{path}.total_income", "no_effect", message, "warning")
    if row.get("living") == "abroad" and 30 <= age < 70 and not row.get("abroad_reason"):
        message = (
            f"{name}は国外に住む30歳から69歳の人です。留学・障害・年38万円以上の送金のどれかと、"
            "その書類が必要です。"
        )
        yield Problem(f"{path}.living", "abroad", message, "warning")


def _same_house(path: str, name: str, row: dict[str, Any], age: int) -> Iterator[Problem]:
    """同居老親等 and 同居特別障害者 ask for the same house: a home (老人ホーム) is another."""
    may_be_both = (
        age >= 70
        and row.get("relation") in ("parent", "grandparent")
        and row.get("disability") in ("special", "special_co")
        and row.get("living") == "together"
    )
    if may_be_both and bool(row.get("cohabiting_parent")) != (row["disability"] == "special_co"):
        message = (
            f"{name}は、同居老親等と同居特別障害者の一方だけになっています。"
            "老人ホームなどにいる人は、どちらにもなりません。同じ家で暮らしているか確かめてください。"
        )
        yield Problem(f"{path}.cohabiting_parent", "same_house", message, "warning")


def _cohabiting_parent(path: str, name: str, row: dict[str, Any], age: int) -> Iterator[Problem]:
    """同居老親等: 70 or more, an ascendant of the filer or the spouse, living together."""
    field = f"{path}.cohabiting_parent"
    if age < 70:
        yield Problem(
            field,
            "age",
            f"{name}の同居老親等は、70歳以上のときだけ選べます。選択を外してください。",
        )
    if row.get("relation") not in ("parent", "grandparent"):
        yield Problem(
            field,
            "relation",
            f"{name}の同居老親等は、父母か祖父母だけ選べます。続柄を直してください。",
        )
    if row.get("living") != "together":
        yield Problem(
            field,
            "not_together",
            f"{name}の同居老親等は、同居のときだけ選べます。区分を直してください。",
        )
