"""Everything that is held about a person, by kind (保有個人情報の一覧)."""

from collections.abc import Iterator
from typing import Any

import filing
from config.keyring import KeyringError
from review.addressees.models import Addressee
from review.addressees.relations import unified_number
from review.assessment.models import Assessment, MergedBasis
from review.cases.models import Case
from review.paper.models import PaperEntry
from review.rights.disclosure.facts import Fact, Record, Section, facts, text
from review.rights.disclosure.tables import TABLES, Table


def sections(person: Addressee) -> list[Section]:
    """Return everything that is held about a person, by kind."""
    return [
        Section("宛名", [Record(person.number, _register(person))]),
        Section("申請案件", list(_cases(person))),
        Section("併合結果・賦課計算", list(_assessments(person))),
        *(Section(table.title, list(_rows(table, person))) for table in TABLES),
    ]


def _rows(table: Table, person: Addressee) -> Iterator[Record]:
    rows = table.model._default_manager.filter(table.of(person)).order_by(table.order)
    for row in rows.iterator(chunk_size=2_000):
        title = " ".join(text(_readable(row, name)) for name in table.head)
        said = {name: _readable(row, path) for name, path in table.names.items()}
        yield Record(title, facts(said))


def _readable(row: Any, path: str) -> Any:
    """Return a value, or that it does not open: the rest is disclosed without it."""
    try:
        return _value(row, path)
    except KeyringError as error:
        return f"読み取れません({type(error).__name__})"


def _value(row: Any, path: str) -> Any:
    """Follow a path of attributes and of keys of a JSON column; a method is called."""
    for name in path.split("."):
        row = row.get(name, "") if isinstance(row, dict) else getattr(row, name)
    return row() if callable(row) else row


def _register(person: Addressee) -> list[Fact]:
    names = {
        "氏名": person.name,
        "フリガナ": person.kana,
        "生年月日": person.birth_date,
        "性別": person.sex,
        "住所": person.address,
        "1月1日の住所": person.address_jan1,
        "区": person.ward,
        "区分": person.get_kind_display(),
        "転入日": person.moved_in_on,
        "転出日": person.moved_out_on,
        "死亡日": person.died_on,
        "個人番号": person.masked_number,
        "統合宛名番号": unified_number(person),
    }
    return facts(names)


def _cases(person: Addressee) -> Iterator[Record]:
    cases = Case.objects.filter(addressee=person).select_related("original")
    for case in cases.order_by("received_at", "version").iterator(chunk_size=100):
        said = {
            "受付番号": case.receipt_number,
            "版": case.version,
            "課税年度": case.tax_year,
            "受付の方法": case.get_channel_display(),
            "状態": case.get_state_display(),
            "署名": f"{case.get_verdict_display()} {case.verdict_message}",
            "受付日時": case.submitted_at,
            "到達日時": case.received_at,
            "決定の理由": case.decision_reason,
            "訂正のお願い": case.correction_message,
            "形式審査": case.checks,
            "申告の内容": _filed(case),
            "添付書類": _papers(case),
            "署名の検証の証拠": _evidence(case),
            "書面の受付": _paper_entry(case),
            "メモ・受付票": _notes(case),
            "職権修正": _amendments(case),
            "照合の記録": _ticks(case),
            "代理人の確認": _agent_checks(case),
        }
        yield Record(f"{case.receipt_number} 第{case.version}版", facts(said))


def _filed(case: Case) -> Any:
    try:
        return filing.read_xml(case.original.package().files["return.xml"]).answers
    except (KeyringError, filing.FilingError, KeyError) as error:
        return f"読み取れません({type(error).__name__})"


def _papers(case: Case) -> dict[str, Any]:
    return {
        f"{paper.number} {paper.topic_label}": {
            "ファイル名": paper.name,
            "ページ": paper.pages,
            "大きさ": paper.size,
            "SHA-256": paper.sha256,
            "検査": paper.get_scan_display(),
        }
        for paper in case.papers.order_by("number")
    }


def _evidence(case: Case) -> dict[str, Any]:
    kept = getattr(case, "verdict_evidence", None)
    return {"保存した日時": kept.kept_at, "SHA-256": kept.sha256} if kept else {}


def _paper_entry(case: Case) -> dict[str, Any]:
    entry = PaperEntry.objects.filter(case=case).first()
    if entry is None:
        return {}
    return {"受領日": entry.received_on, "本人確認": entry.identity, "照会": entry.lookup}


def _notes(case: Case) -> dict[str, str]:
    return {
        f"{note.get_kind_display()} {text(note.at)}": f"{note.text} {note.answer}".strip()
        for note in case.notes.order_by("pk")
    }


def _amendments(case: Case) -> dict[str, str]:
    return {
        one.label: f"{one.filed} → {one.value}({_readable(one, 'reason')})"
        for one in case.amendments.order_by("pk")
    }


def _ticks(case: Case) -> list[str]:
    ticks = case.ticks.order_by("pk")
    return [f"{tick.item}: {tick.get_method_display()} {text(tick.at)}" for tick in ticks]


def _agent_checks(case: Case) -> dict[str, str]:
    made = case.agent_checks.filter(at__isnull=False).order_by("pk")
    return {check.get_kind_display(): f"{check.way} {text(check.at)}" for check in made}


def _assessments(person: Addressee) -> Iterator[Record]:
    bases = MergedBasis.objects.filter(addressee=person).order_by("tax_year", "revision")
    for basis in bases.iterator(chunk_size=100):
        made = Assessment.objects.filter(basis=basis).first()
        said: dict[str, Any] = {"併合した日時": basis.made_at}
        said["併合結果"] = _readable(basis, "answers")
        if made:
            said |= {"状態": made.get_state_display(), "年税額": made.total, "計算": made.result}
            said["徴収"] = {
                str(way.get_method_display()): {"納める先": way.employer, "金額": way.amounts}
                for way in made.collections.order_by("pk")
            }
        yield Record(f"{basis.tax_year} 第{basis.revision}回", facts(said))
