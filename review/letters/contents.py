"""What stands in the letters (通知・連絡箋・確認書・照会書の内容): as JSON can hold it.

No official form could be read (294-3通知, 資料連絡箋, 確認書, 照会書): the layouts are ours, and
each page says 「見本」 until the city has compared it. No 個人番号 here: `printed` puts it in.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from filing.calendar import assessment_date
from filing.eras import to_era
from review.addressees.models import Addressee
from review.assessment.models import SourceDocument
from review.letters.models import Domicile, Letter, Mailing
from review.levy.models import Decision
from review.notices.contents import FIGURES, SAMPLE, table, year_shown, yen
from review.notices.due import before_of
from review.notices.recipients import of_person
from review.recipients.models import Recipient
from review.reconcile.models import Claim

Kind = Mailing.Kind
TITLES = {
    Kind.NOTICE_294: "住民登録地以外での課税の通知書(地方税法第294条第3項)",
    Kind.SLIP: "資料連絡箋(地方税法第317条)",
    Kind.QUERY: "扶養親族(控除)確認書",
    Kind.INQUIRY: "被扶養者所得照会書",
    Kind.ONE_STOP: "申告特例(ワンストップ特例)が適用されないことの通知書(地方税法附則第7条)",
}
NUMBER, DEPENDANTS_NUMBER = "個人番号", "被扶養者の個人番号"
_ROLES = {Claim.Role.SPOUSE: "配偶者", Claim.Role.RELATIVE: "扶養親族"}


def notice_294(decision: Decision, home: Domicile, here: str) -> dict[str, Any]:
    """Return a 294-3通知: who is taxed here, and where the person is registered."""
    person = decision.addressee
    facts = [
        *_person_facts(person),
        ["住民票の住所", home.address],
        ["当市での住所", here],
        ["賦課期日", to_era(assessment_date(decision.tax_year))],
        ["課税した日", _day(decision.decided_on)],
    ]
    says = "次の人は、当市に住所があると認め、当市で市民税・県民税を課税したので通知します。"
    return _letter(Kind.NOTICE_294, decision.tax_year, facts, notes=[says])


def slip(
    decision: Decision, denied: Mapping[str, str], dependant: Addressee | None
) -> dict[str, Any]:
    """Return a 資料連絡箋: what was denied (否認), and the tax by the decision that stands."""
    person = decision.addressee
    facts = [*_person_facts(person), ["住所", person.address]]
    if dependant is not None:
        facts += [
            ["被扶養者", dependant.name],
            ["被扶養者の生年月日", to_era(dependant.birth_date)],
        ]
    facts += [
        ["否認した控除", denied["label"]],
        ["申告の内容", denied["declared"] or "—"],
        ["認定の内容", denied["reported"] or "—"],
        ["理由", denied["why"] or "—"],
        ["賦課(更正)決定の日", _day(decision.decided_on)],
    ]
    before = before_of(decision) if decision.number > 1 else None
    old = before.assessment.result if before else {}
    new = decision.assessment.result
    rows = [
        [label, yen(old.get(name)) if before else "—", yen(new.get(name))]
        for name, label in FIGURES.items()
        if name in new
    ]
    tables = [table("所得と税額", ["項目", "更正前", "更正後"], rows)]
    return _letter(Kind.SLIP, decision.tax_year, facts, tables=tables)


def query(
    person: Addressee, tax_year: str, unknown: Sequence[Mapping[str, Any]], day: date
) -> dict[str, Any]:
    """Return a 扶養親族(控除)確認書: whom the documents claim and nobody could identify."""
    rows = [
        [_ROLES[Claim.Role(one["role"])], one["name"] or "(空欄)", _day(one["birth_date"]), ""]
        for one in unknown
    ]
    head = ["続柄", "資料の氏名", "資料の生年月日", "1月1日の住所(ご記入ください)"]
    answer = [[f"{n}", "", "", ""] for n in range(1, len(rows) + 1)]
    tables = [
        table("確認が必要な扶養親族", head, rows),
        table("回答欄", ["番号", "氏名・フリガナ", "生年月日", "前年の合計所得金額"], answer),
    ]
    says = (
        "扶養親族の氏名、生年月日、住所が確認できません。記入のうえ返送してください。"
        "期限までに返送がないときは、控除を認めないことがあります。"
    )
    made = _letter(Kind.QUERY, tax_year, [["宛名番号", person.number]], tables=tables, notes=[says])
    return made | of_person(person, day).printed | {"keys": [one["key"] for one in unknown]}


def inquiry(claimant: Addressee, home: Domicile) -> dict[str, Any]:
    """Return a 被扶養者所得照会書: asks the municipality of 1 January for a dependant's income."""
    facts = [
        ["被扶養者の氏名", home.name],
        ["フリガナ", home.kana or "—"],
        ["生年月日", _day(home.birth_date)],
        ["1月1日の住所", home.address],
        ["扶養している人", claimant.name],
        ["扶養している人の生年月日", to_era(claimant.birth_date)],
    ]
    answer = [
        [name, ""]
        for name in (
            "課税の有無",
            "合計所得金額",
            "給与収入・年金収入",
            "ほかの人の扶養",
            "回答日・担当",
        )
    ]
    tables = [table("回答欄(貴市区町村でご記入ください)", ["項目", "回答"], answer)]
    says = "当市の扶養控除の認定のため、次の人の所得を照会します。"
    return _letter(Kind.INQUIRY, home.tax_year, facts, tables=tables, notes=[says])


def one_stop_void(
    person: Addressee, tax_year: str, notices: Sequence[SourceDocument], day: date
) -> dict[str, Any]:
    """Return the notice that 申告特例 does not apply, with each gift; how to have them deducted."""
    gifts = sorted(
        [one.content["payer"], one.content["municipality_code"], yen(one.content["donated"])]
        for one in notices
    )
    tables = [table("申告特例通知書のあった寄附", ["寄附先", "団体コード", "寄附金の額"], gifts)]
    says = (
        "申請した団体が5団体を超えたので、すべての寄附について申告特例が適用されません。"
        "寄附金税額控除を受けるには、確定申告か住民税の申告で、すべての寄附を申告してください。"
    )
    facts = [["宛名番号", person.number]]
    made = _letter(Kind.ONE_STOP, tax_year, facts, tables=tables, notes=[says])
    return made | of_person(person, day).printed


def correction(decision: Decision, role: str) -> dict[str, Any]:
    """Return what a line of 扶養是正データ says beside names and numbers."""
    day = decision.decided_on
    return {
        "role": _ROLES[Claim.Role(role)],
        "decided_on": day.isoformat() if day else "",
        "deductions": decision.assessment.result.get("deductions_total", 0),
    }


def printed(letter: Letter, mailing: Mailing) -> dict[str, Any]:
    """Return a letter as it is printed: to whom, under its number, with 個人番号 where it needs."""
    made = {**letter.content, "number": f"{mailing.number}-{letter.pk}"}
    if mailing.recipient is not None:
        made |= to_office(mailing.recipient)
    if mailing.has_numbers:
        facts = [*made["facts"], [NUMBER, letter.addressee.opened_number or _("不明")]]
        if letter.dependant is not None:
            facts.append([DEPENDANTS_NUMBER, letter.dependant.opened_number or _("不明")])
        made["facts"] = facts
    return made


def list_of(mailing: Mailing, letters: list[Letter]) -> dict[str, Any]:
    """Return the 対象者一覧 of a mailing, also a cover for one office; no 個人番号."""
    rows = [
        [str(n), letter.addressee.name, to_era(letter.addressee.birth_date), _about(letter)]
        for n, letter in enumerate(letters, start=1)
    ]
    made = {
        "title": f"{mailing.get_kind_display()} 対象者一覧",
        "sample": SAMPLE,
        "year": year_shown(mailing.tax_year),
        "from": f"{_city()['name']}長",
        "to": "",
        "facts": [["件数", f"{len(letters)}件"], ["確認した日", _moment(mailing)]],
        "tables": [table("対象者", ["番号", "氏名", "生年月日", "内容"], rows)],
        "notes": [_contact()],
        "number": str(mailing.number),
    }
    return made | (to_office(mailing.recipient) if mailing.recipient else {})


def to_office(office: Recipient) -> dict[str, str]:
    """Return the lines of an office's address."""
    code = office.postal_code
    shown = f"〒{code[:3]}-{code[3:]}" if code else ""
    to = " ".join(part for part in (office.name, office.department) if part)
    return {"to": f"{to} 御中", "postal_code": shown, "address": office.address}


def _letter(
    kind: Mailing.Kind,
    tax_year: str,
    facts: list[list[str]],
    *,
    tables: list[dict[str, Any]] | None = None,
    notes: list[str] | None = None,
) -> dict[str, Any]:
    return {
        "title": TITLES[kind],
        "sample": SAMPLE,
        "year": year_shown(tax_year),
        "from": f"{_city()['name']}長",
        "facts": facts,
        "tables": tables or [],
        "notes": [*(notes or []), _contact()],
    }


def _person_facts(person: Addressee) -> list[list[str]]:
    sex = {"1": "男", "2": "女"}.get(person.sex, "—")
    return [
        ["氏名", person.name],
        ["フリガナ", person.kana or "—"],
        ["生年月日", to_era(person.birth_date)],
        ["性別", sex],
    ]


def _about(letter: Letter) -> str:
    facts = dict(letter.content.get("facts") or [])
    names = ("否認した控除", "住民票の住所", "被扶養者の氏名")
    return next((facts[name] for name in names if name in facts), "")


def _contact() -> str:
    contact = _city()["contacts"][0]
    return f"問合せ先 {contact['name']} {contact['telephone']}"


def _city() -> Mapping[str, Any]:
    return load_municipality_file(settings.MUNICIPALITY_FILE)


def _day(day: date | None) -> str:
    return to_era(day) if day else "—"


def _moment(mailing: Mailing) -> str:
    return to_era(mailing.confirmed_at.date()) if mailing.confirmed_at else "—"
