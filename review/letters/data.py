"""Letters as files for eLTAX (扶養是正データ・294-3通知): with 個人番号 (NOT-08, NOT-09).

No published layout was read: the layout is ours (assumed), marked 「仮1」 in each row, by the rules
for files between offices. The numbers are opened while the file is made and are kept nowhere.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from review.errors import Refusal
from review.files import national_csv
from review.letters.models import Letter, Mailing

LAYOUT = "仮1"
_PERSON = (
    *("様式", "団体コード", "課税年度", "発送番号", "連番"),
    *("個人番号", "氏名", "フリガナ", "生年月日"),
)
CORRECTION = (
    *("住所", "区分", "被扶養者の個人番号", "被扶養者の氏名", "被扶養者の生年月日"),
    *("是正の内容", "所得控除の合計(是正後)", "決定日"),
)
NOTICE_294 = (
    "性別",
    "送付先の団体コード",
    "住民票の住所",
    "当市での住所",
    "賦課期日",
    "課税した日",
)


def file_of(mailing: Mailing, letters: Iterable[Letter]) -> bytes:
    """Return the file; Refusal where somebody's 個人番号 is not known: that goes on paper."""
    is_notice = mailing.kind == Mailing.Kind.NOTICE_294
    rows = [
        [
            *_person(mailing, letter, at),
            *(_notice(mailing, letter) if is_notice else _correction(letter)),
        ]
        for at, letter in enumerate(letters, start=1)
    ]
    return national_csv([(*_PERSON, *(NOTICE_294 if is_notice else CORRECTION)), *rows])


def _person(mailing: Mailing, letter: Letter, at: int) -> list[str]:
    code = load_municipality_file(settings.MUNICIPALITY_FILE)["code"]
    person = letter.addressee
    number = person.opened_number
    if not number:
        text = _("個人番号のない人がいます(宛名番号 %(number)s)。書面で送ってください。")
        raise Refusal(text % {"number": person.number})
    return [
        *(LAYOUT, code, letter.tax_year, str(mailing.number), str(at)),
        *(number, person.name, person.kana, person.birth_date.isoformat()),
    ]


def _correction(letter: Letter) -> list[str]:
    other, said = letter.dependant, letter.content
    return [
        *(letter.addressee.address, said["role"]),
        *(other.opened_number if other else "", other.name if other else ""),
        other.birth_date.isoformat() if other else "",
        *("否認", str(said["deductions"]), said["decided_on"]),
    ]


def _notice(mailing: Mailing, letter: Letter) -> list[str]:
    facts = dict(letter.content["facts"])
    assert mailing.recipient is not None
    return [facts[NOTICE_294[0]], mailing.recipient.code, *(facts[name] for name in NOTICE_294[2:])]
