"""What stands on a form that is sent out (総括表・申告書の内容): who and where, and empty boxes.

No 個人番号 and no 法人番号 is printed: both forms have an empty box for it (NOT-07). The official
layout of the forms could not be compared: each is marked 「見本」.
"""

from datetime import date
from functools import cache
from typing import Any

from filing.boxes import paper_boxes
from filing.calendar import filing_deadline, income_year, next_business_day, western_year
from filing.eras import to_era
from review.addressees.models import Addressee
from review.assessment.preparing import municipality
from review.mailing.models import Target
from review.notices.contents import SAMPLE, year_shown
from review.notices.recipients import Recipient, of_person

RETURN, SUMMARY = "return", "summary"
_SUMMARY: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "給与支払者",
        (
            "給与の支払期間",
            "名称(氏名)のフリガナ",
            "名称・所在地に変更があるときは、変更後の名称・所在地",
            "代表者の職・氏名",
            "連絡者の氏名・所属・電話番号",
            "関与税理士等の氏名・電話番号",
            "事業の種目その他必要な事項",
            "所轄税務署",
        ),
    ),
    (
        "報告人員",
        (
            "受給者総人員",
            "特別徴収対象者(人)",
            "普通徴収対象者・退職者(人)",
            "普通徴収対象者・退職者以外(人)",
            "報告人員の合計(人)",
        ),
    ),
    ("納入", ("給与の支払方法とその期日", "納入書の送付(必要・不要)")),
)


@cache
def sections(boxes: str) -> list[dict[str, Any]]:
    """Return the headings and the empty boxes of a form."""
    if boxes == SUMMARY:
        return [{"title": title, "boxes": list(names)} for title, names in _SUMMARY]
    found: dict[str, list[str]] = {}
    for box in paper_boxes():
        # What is printed above, and the number, which has its own cells, need no line.
        if not box.item.startswith("filer."):
            found.setdefault(box.sheet, []).append(box.box)
    return [{"title": sheet, "boxes": names} for sheet, names in found.items()]


def summary_form(target: Target, tax_year: str) -> dict[str, Any]:
    """Return a 給与支払報告書総括表 for an employer (地方税法317条の6)."""
    due = next_business_day(date(western_year(tax_year), 1, 31))
    return _form(
        f"給与支払報告書(総括表) 令和{int(tax_year[1:]) - 1}年分",
        tax_year,
        Recipient(f"{target.employer} 御中", "", target.address),
        boxes=SUMMARY,
        facts=[
            ["指定番号", target.designated_number or "—"],
            ["給与支払者の名称(氏名)", target.employer],
            ["所在地(住所)", target.address],
        ],
        number_box=["個人番号または法人番号", 13],
        notes=[f"提出期限は{to_era(due)}です。個人別明細書を添えて提出してください。"],
    )


def return_form(person: Addressee, address: str, tax_year: str, day: date) -> dict[str, Any]:
    """Return a 住民税申告書 for a resident, with the 1月1日 address of the year's basics."""
    return _form(
        "市民税・県民税・森林環境税 申告書",
        tax_year,
        of_person(person, day),
        boxes=RETURN,
        facts=[
            ["宛名番号", person.number],
            ["氏名", person.name],
            ["生年月日", to_era(person.birth_date)],
            ["1月1日現在の住所", address],
        ],
        number_box=["個人番号", 12],
        notes=[
            f"{to_era(date(income_year(tax_year), 1, 1))}から12月31日までの収入を書いて、"
            f"{to_era(filing_deadline(tax_year))}までに提出してください。",
            "確定申告をする人は、この申告書を提出する必要はありません。",
            "マイナンバーカードがあれば、インターネットでも申告できます。",
        ],
    )


def _form(title: str, tax_year: str, to: Recipient, **rest: Any) -> dict[str, Any]:
    return {
        "title": title,
        "sample": SAMPLE,
        "year": year_shown(tax_year),
        **to.printed,
        "from": f"{municipality()}長",
        **rest,
    }
