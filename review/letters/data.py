"""The file of denied dependants (扶養是正データ): claimant and dependant with 個人番号 (NOT-09).

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
HEAD = (
    *("様式", "団体コード", "課税年度", "発送番号", "連番"),
    *("個人番号", "氏名", "フリガナ", "生年月日", "住所"),
    *("区分", "被扶養者の個人番号", "被扶養者の氏名", "被扶養者の生年月日"),
    *("是正の内容", "所得控除の合計(是正後)", "決定日"),
)


def correction_file(mailing: Mailing, letters: Iterable[Letter]) -> bytes:
    """Return the file; Refusal where a claimant's 個人番号 is not known: that goes as a slip."""
    code = load_municipality_file(settings.MUNICIPALITY_FILE)["code"]
    rows = []
    for at, letter in enumerate(letters, start=1):
        person, other, said = letter.addressee, letter.dependant, letter.content
        number = person.opened_number
        if not number:
            text = _("個人番号のない人がいます(宛名番号 %(number)s)。資料連絡箋で送ってください。")
            raise Refusal(text % {"number": person.number})
        born = person.birth_date.isoformat()
        rows.append(
            [
                *(LAYOUT, code, letter.tax_year, str(mailing.number), str(at)),
                *(number, person.name, person.kana, born, person.address),
                said["role"],
                *(other.opened_number if other else "", other.name if other else ""),
                other.birth_date.isoformat() if other else "",
                *("否認", str(said["deductions"]), said["decided_on"]),
            ]
        )
    return national_csv([HEAD, *rows])
