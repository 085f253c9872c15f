"""Which tables the disclosure shows (開示する表), how each finds the person, and what it says.

A test compares them with the tables that name a person: a new one is shown, stands in `WITHIN`
(shown with its record), or in `LEFT_OUT` with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from review.addressees.models import (
    Addressee,
    BankAccount,
    CertificateLink,
    Change,
    Contact,
    SamePerson,
)
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.forwarding.models import ForwardedItem, ForwardingDecision
from review.images.models import DocumentNote
from review.intermediate.models import InquiryResult
from review.letters.models import Domicile, Letter
from review.levy.models import BasicsChange, Decision, YearPerson
from review.mailing.models import Target
from review.notices.models import IssuedDocument, ReturnedMail
from review.reconcile.models import Claim, DependantAct, Disagreement
from review.retention.models import Hold
from review.rights.models import RightsRequest
from review.sources.models import Entry
from review.taxfiles.models import ImportFault, TaxFileRow


@dataclass(frozen=True)
class Table:
    """One table: its title, how the person's rows are found, a row's title and facts.

    A fact is the name of an attribute; one that is a method (get_kind_display) is called.
    """

    title: str
    model: Any
    of: Callable[[Addressee], Q]
    head: tuple[str, ...]
    names: dict[str, str] = field(default_factory=dict)
    order: str = "pk"


def _person(person: Addressee) -> Q:
    return Q(addressee=person)


def _of_case(person: Addressee) -> Q:
    return Q(case__addressee=person)


def _number(person: Addressee) -> Q:
    return Q(addressee_number=person.number)


TABLES = (
    Table(
        "番号紐付(証明書)",
        CertificateLink,
        _person,
        ("serial",),
        {"発行番号": "serial", "紐付の日時": "linked_at", "交代の日時": "replaced_at"},
    ),
    Table(
        "宛名異動履歴",
        Change,
        _person,
        ("at", "get_reason_display"),
        {"異動日": "occurred_on", "前": "before", "後": "after", "もと": "origin"},
    ),
    Table(
        "送付先・特宛人",
        Contact,
        _person,
        ("get_kind_display", "since"),
        {"氏名・名称": "name", "郵便番号": "postal_code", "住所": "address", "終了日": "until"},
    ),
    Table(
        "口座",
        BankAccount,
        _person,
        ("since",),
        {
            "金融機関": "bank_code",
            "支店": "branch_code",
            "口座番号": "shown",
            "名義": "holder_kana",
            "終了日": "until",
        },
        "since",
    ),
    Table(
        "同一人",
        SamePerson,
        lambda person: Q(first=person) | Q(second=person),
        ("proposed_at",),
        {"宛名番号1": "first.number", "宛名番号2": "second.number", "確認": "confirmed_at"},
    ),
    Table(
        "新年度個人基本",
        YearPerson,
        _person,
        ("tax_year",),
        {"課税権の区分": "get_residency_display", "区": "ward", "1月1日の住所": "address"},
        "tax_year",
    ),
    Table(
        "課税資料",
        SourceDocument,
        _person,
        ("tax_year", "get_kind_display"),
        {
            "受領日時": "received_at",
            "出どころ": "source",
            "紐付の方法": "link_method",
            "取消": "voided_at",
            "内容": "disclosed",
        },
        "received_at",
    ),
    Table(
        "資料の付箋",
        DocumentNote,
        lambda person: Q(document__addressee=person),
        ("made_at",),
        {"内容": "text", "外した日時": "removed_at"},
    ),
    Table(
        "回送",
        ForwardedItem,
        _of_case,
        ("case.receipt_number",),
        {
            "回送番号": "forwarding_id",
            "回送先": "forwarding.municipality",
            "状態": "forwarding.get_state_display",
            "回送日時": "forwarding.sent_at",
        },
    ),
    Table(
        "回送の決定",
        ForwardingDecision,
        lambda person: Q(case__addressee=person) | Q(entry__addressee=person),
        ("municipality", "get_state_display"),
        {
            "理由": "why",
            "起案日時": "proposed_at",
            "決定日時": "decided_at",
            "取消日時": "retracted_at",
        },
    ),
    Table(
        "連携ファイル(税務システムへ)",
        TaxFileRow,
        _of_case,
        ("file.number", "case.receipt_number"),
        {"状態": "get_state_display", "金額": "amount", "日時": "changed_at"},
    ),
    Table(
        "取込エラー",
        ImportFault,
        _of_case,
        ("case.receipt_number", "found_at"),
        {"コード": "code", "項目": "item", "内容": "message", "対応": "remark"},
    ),
    Table(
        "資料行(届いたファイルの行)",
        Entry,
        _person,
        ("tax_year", "get_kind_display"),
        {
            "受付日": "received_on",
            "ファイル": "arrival.name",
            "行": "line",
            "提出区分": "get_division_display",
            "突合の方法": "method",
            "有効": "current",
            "内容": "content",
        },
    ),
    Table(
        "賦課決定",
        Decision,
        _person,
        ("tax_year", "number"),
        {
            "状態": "get_state_display",
            "事由": "get_cause_display",
            "説明": "remark",
            "年税額": "total",
            "更正前の年税額": "previous_total",
            "過納となる額": "refund",
            "決定日": "decided_on",
        },
        "tax_year",
    ),
    Table(
        "情報照会の結果",
        InquiryResult,
        _person,
        ("finished_at", "title"),
        {"内容": "items"},
        "finished_at",
    ),
    Table(
        "発行した通知書・証明書",
        IssuedDocument,
        lambda person: Q(decision__addressee=person) | Q(target__addressee=person),
        ("tax_year", "get_kind_display"),
        {"発行番号": "number", "発行日時": "issued_at", "内容": "content"},
    ),
    Table(
        "郵便の返戻",
        ReturnedMail,
        lambda person: (
            Q(document__decision__addressee=person) | Q(document__target__addressee=person)
        ),
        ("returned_on", "get_outcome_display"),
        {"理由": "why", "調査の結果": "finding", "処理日・公示日": "ended_on"},
    ),
    Table(
        "ほかの団体への通知・照会",
        Letter,
        _person,
        ("tax_year", "mailing.get_kind_display"),
        {
            "送り先": "mailing.to",
            "状態": "mailing.get_state_display",
            "発送日時": "mailing.sent_at",
            "内容": "content",
        },
    ),
    # What it says is about the person who claims them.
    Table(
        "ほかの団体への通知・照会(扶養親族として)",
        Letter,
        lambda person: Q(dependant=person),
        ("tax_year", "mailing.get_kind_display"),
        {"送り先": "mailing.to", "発送日時": "mailing.sent_at"},
    ),
    Table(
        "住所地の判明(本人・本人の扶養親族)",
        Domicile,
        _person,
        ("tax_year", "get_state_display"),
        {
            "扶養親族": "name",
            "市区町村コード": "municipality",
            "住所": "address",
            "経緯": "why",
        },
    ),
    Table(
        "申告書の送付対象",
        Target,
        _person,
        ("order.tax_year", "order.get_kind_display"),
        {"理由": "shown_reasons", "送付しない理由": "get_left_out_display"},
    ),
    Table(
        "個人基本の変更",
        BasicsChange,
        _person,
        ("tax_year", "get_state_display"),
        {"変更前": "before", "変更後": "after", "理由": "why", "決定日時": "decided_at"},
    ),
    Table(
        "扶養の追加・終了・否認(本人がしたもの・本人についてのもの)",
        DependantAct,
        lambda person: Q(claimant=person) | Q(dependant=person),
        ("tax_year", "get_kind_display"),
        {
            "続柄": "get_role_display",
            "状態": "get_state_display",
            "理由": "why",
            "決定日時": "decided_at",
        },
    ),
    Table(
        "扶養の申立て(本人がしたもの)",
        Claim,
        _person,
        ("tax_year", "get_role_display"),
        {"生年月日": "birth_date", "区分": "category", "所得": "total_income"},
    ),
    Table(
        "資料間の不一致",
        Disagreement,
        _person,
        ("tax_year", "label"),
        {
            "申告": "declared",
            "ほかの資料": "reported",
            "配偶者が亡くなった日": "died_on",
            "状態": "get_state_display",
            "確認した理由": "settled_reason",
        },
    ),
    Table(
        "本人の請求",
        RightsRequest,
        _person,
        ("number", "get_kind_display"),
        {"内容": "asked", "状態": "get_state_display", "結果": "answer"},
        "number",
    ),
    Table(
        "消去の保留",
        Hold,
        _number,
        ("set_at", "get_kind_display"),
        {"理由": "reason", "この日まで": "until", "解除": "ended_at"},
        "set_at",
    ),
    Table(
        "操作記録(この人の情報を見た・変えた記録)",
        AuditEvent,
        _number,
        ("at",),
        {
            "部署": "department",
            "処理事由": "reason",
            "操作": "action",
            "渡した先": "detail.to",
        },
        "position",
    ),
)
# Shown with the record that they belong to (see sections.py).
WITHIN = {
    "cases.Case": "申請案件",
    "cases.Original": "申請案件: 申告の内容",
    "cases.Amendment": "申請案件: 職権修正",
    "cases.Tick": "申請案件: 照合の記録",
    "agency.AgentCheck": "申請案件: 代理人の確認",
    "cases.Note": "申請案件: メモ・受付票",
    "attachments.Paper": "申請案件: 添付書類",
    "evidence.Evidence": "申請案件: 署名の検証の証拠",
    "paper.PaperEntry": "申請案件: 書面の受付",
    "assessment.MergedBasis": "併合結果・賦課計算",
    "assessment.Assessment": "併合結果・賦課計算",
    "levy.Collection": "併合結果・賦課計算: 徴収",
    "addressees.UnifiedNumber": "宛名: 統合宛名番号",
}
# Not shown, and why.
LEFT_OUT = {
    "assessment.MergedBasis_documents": "which documents a result rests on: both are shown",
    "evidence.Evidence_materials": "certificates of authorities and revocation lists, no person",
    "sources.LinkProposal": "what staff considered before a row was linked; the link is shown",
    "sources.ArrivalPart": "the sender's whole file, about others, too; the rows are shown",
    "sources.Arrival": "the sender's file; the person's rows are shown",
    "sources.RowError": "rows that could not be read and belong to nobody",
}
