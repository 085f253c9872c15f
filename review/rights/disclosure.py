"""The disclosure (開示): everything of one 宛名番号 in a form that a person can read.

The person's own number stays masked: they have it on their card, and a file is lost easily. What
is about others (家族, 支払者) is marked on the file for the eye of whoever hands it over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

import filing
from config.keyring import KeyringError
from filing.numbers import mask_personal_number, personal_number_is_valid
from review.addressees.models import Addressee
from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.audit.models import AuditEvent
from review.cases.models import Case
from review.reconcile.models import Disagreement
from review.rights.models import RightsRequest

Fact = tuple[str, str]
_TWELVE_DIGITS = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")


@dataclass(frozen=True)
class Record:
    """One record of the person: a title and its facts as (name, value)."""

    title: str
    facts: list[Fact]


@dataclass(frozen=True)
class Section:
    """The records of one kind (記録の種類)."""

    title: str
    records: list[Record]


def write(person: Addressee, request: RightsRequest, *, now: datetime) -> str:
    """Return the file as an HTML page that needs nothing else."""
    context = {"person": person, "request": request, "sections": sections(person), "now": now}
    return render_to_string("review/rights/disclosure.html", context)


def sections(person: Addressee) -> list[Section]:
    """Return everything that is held about a person, by kind."""
    return [
        Section("宛名", [Record(person.number, _register(person))]),
        Section("番号紐付(証明書)", list(_certificates(person))),
        Section("申請案件", list(_cases(person))),
        Section("課税資料", list(_documents(person))),
        Section("併合結果・賦課計算", list(_assessments(person))),
        Section("資料間の不一致", list(_disagreements(person))),
        Section("本人の請求", list(_requests(person))),
        Section("操作記録(この人の情報を見た・変えた記録)", list(_log(person))),
    ]


def _register(person: Addressee) -> list[Fact]:
    names = {
        "氏名": person.name,
        "フリガナ": person.kana,
        "生年月日": person.birth_date,
        "性別": person.sex,
        "住所": person.address,
        "1月1日の住所": person.address_jan1,
        "区": person.ward,
        "個人番号": person.masked_number,
    }
    return _facts(names)


def _certificates(person: Addressee) -> Iterator[Record]:
    for link in person.certificates.order_by("pk"):
        yield Record("証明書", _facts({"発行番号": link.serial}))


def _cases(person: Addressee) -> Iterator[Record]:
    cases = Case.objects.filter(addressee=person).select_related("original")
    for case in cases.order_by("received_at", "version").iterator():
        facts = {
            "受付番号": case.receipt_number,
            "版": case.version,
            "課税年度": case.tax_year,
            "状態": case.get_state_display(),
            "署名": f"{case.get_verdict_display()} {case.verdict_message}",
            "受付日時": case.submitted_at,
            "到達日時": case.received_at,
            "決定の理由": case.decision_reason,
            "訂正のお願い": case.correction_message,
            "形式審査": case.checks,
            "申告の内容": _filed(case),
        }
        notes = {
            f"{note.get_kind_display()} {_text(note.at)}": f"{note.text} {note.answer}".strip()
            for note in case.notes.order_by("pk")
        }
        amended = {
            f"職権修正 {one.label}": f"{one.filed} → {one.value}({one.reason})"
            for one in case.amendments.order_by("pk")
        }
        yield Record(f"{case.receipt_number} 第{case.version}版", _facts(facts | notes | amended))


def _filed(case: Case) -> Any:
    try:
        return filing.read_xml(case.original.package().files["return.xml"]).answers
    except (KeyringError, filing.FilingError, KeyError) as error:
        return f"読み取れません({type(error).__name__})"


def _documents(person: Addressee) -> Iterator[Record]:
    rows = SourceDocument.objects.filter(addressee=person).order_by("tax_year", "received_at")
    for row in rows.iterator():
        # A 基礎年金番号 shows its last digits; how it is sealed and found again is no content.
        hidden = ("number_sealed", "number_key")
        content = {name: value for name, value in row.content.items() if name not in hidden}
        facts = {"受領日時": row.received_at, "出どころ": row.source, "内容": content}
        yield Record(f"{row.tax_year} {row.get_kind_display()}", _facts(facts))


def _assessments(person: Addressee) -> Iterator[Record]:
    bases = MergedBasis.objects.filter(addressee=person).order_by("tax_year", "revision")
    for basis in bases.iterator():
        made = Assessment.objects.filter(basis=basis).first()
        facts: dict[str, Any] = {"併合した日時": basis.made_at, "併合結果": basis.answers}
        if made:
            facts |= {"状態": made.get_state_display(), "年税額": made.total, "計算": made.result}
        yield Record(f"{basis.tax_year} 第{basis.revision}回", _facts(facts))


def _disagreements(person: Addressee) -> Iterator[Record]:
    for row in Disagreement.objects.filter(addressee=person).order_by("pk"):
        facts = {
            "申告": row.declared,
            "ほかの資料": row.reported,
            "確認した理由": row.settled_reason,
        }
        yield Record(f"{row.tax_year} {row.label}", _facts(facts))


def _requests(person: Addressee) -> Iterator[Record]:
    for row in RightsRequest.objects.filter(addressee=person).order_by("number"):
        facts = {"内容": row.asked, "状態": row.get_state_display(), "結果": row.answer}
        yield Record(f"請求{row.number} {row.get_kind_display()}", _facts(facts))


def _log(person: Addressee) -> Iterator[Record]:
    entries = AuditEvent.objects.filter(addressee_number=person.number).order_by("position")
    for entry in entries.iterator():
        facts = {"部署": entry.department, "処理事由": entry.reason, "操作": entry.action}
        yield Record(_text(entry.at), _facts(facts))


def _facts(values: Any, path: str = "") -> list[Fact]:
    """Return nested values as flat lines, whatever their shape; empty ones say nothing."""
    if isinstance(values, dict):
        pairs = [(f"{path} › {key}" if path else str(key), one) for key, one in values.items()]
    elif isinstance(values, list | tuple):
        pairs = [(f"{path} {place}", one) for place, one in enumerate(values, start=1)]
    else:
        text = _text(values)
        return [(path, text)] if text else []
    return [fact for name, one in pairs for fact in _facts(one, name)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, date):
        return value.isoformat()
    return _TWELVE_DIGITS.sub(_mask, str(value))


def _mask(found: re.Match[str]) -> str:
    digits = found[0]
    return mask_personal_number(digits) if personal_number_is_valid(digits) else digits
