"""Checks on the head of the return (申告者欄)."""

from collections.abc import Iterator

from filing.calendar import assessment_date, is_too_old
from filing.form import Form
from filing.model import Return
from filing.problems import Problem
from filing.values import has_private_use, is_kana


def header_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield what is wrong with the filer's own data (申告者欄の不備)."""
    yield from _kana(document.filer.kana)
    if not document.filer.personal_number:
        yield Problem("filer.personal_number", "required", "個人番号を入力してください。")
    if not document.address_jan1:
        yield Problem("address_jan1", "required", "1月1日現在の住所を入力してください。")
    yield from _dates(document)
    yield from _private_use(document)


def _kana(kana: str) -> Iterator[Problem]:
    """A foreign name may have no reading; without one the person is only harder to find."""
    if not kana:
        message = "フリガナが空です。フリガナがあるときは入力してください。"
        yield Problem("filer.kana", "kana_missing", message, "warning")
    if not is_kana(kana):
        message = "フリガナはカタカナかひらがなで入力してください(例 クマモト ハナコ)。"
        yield Problem("filer.kana", "kana", message, "warning")


def _dates(document: Return) -> Iterator[Problem]:
    first_day = assessment_date(document.tax_year)
    if document.filer.birth_date >= first_day:
        message = "生年月日が賦課期日より後です。年月日を確かめてください。"
        yield Problem("filer.birth_date", "future", message)
    if is_too_old(document.filer.birth_date, document.tax_year):
        message = "申告する人の年齢が130歳を超えます。生年月日を確かめてください。"
        yield Problem("filer.birth_date", "too_old", message)
    if document.prepared_on < first_day:
        message = "まだ終わっていない年の収入を申告しています。1年分の金額か確かめてください。"
        yield Problem("prepared_on", "early", message, "warning")


def _private_use(document: Return) -> Iterator[Problem]:
    for field, label, text in (
        ("filer.name", "氏名", document.filer.name),
        ("filer.address", "現在の住所", document.filer.address),
        ("address_jan1", "1月1日現在の住所", document.address_jan1),
    ):
        if has_private_use(text):
            message = f"{label}に機種によって形が変わる外字があります。字形を確かめてください。"
            yield Problem(field, "private_use", message, "warning")
