"""Entering paper returns (書面の申告の登録): one person types, another checks against the paper.

Only the check opens a case; from then on a paper return goes the way of every other.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

import filing
from filing import Return
from filing.numbers import make_receipt_number
from filing.package import write_package
from review.audit.services import record_by
from review.cases.intake import open_case
from review.cases.models import Case, Original
from review.cases.states import REPLACEABLE
from review.cases.tasks import wake
from review.errors import Refusal, Stale
from review.paper import juki_net
from review.paper.identity import Identity, check
from review.paper.lookups import look_up
from review.paper.models import PaperEntry
from review.staff.actors import Actor
from review.staff.roles import Role

PROCEDURE = "resident-tax-return"


@dataclass(frozen=True)
class Typed:
    """What was typed in from paper: how it came, the documents shown, the return."""

    channel: str
    received_on: date
    identity: Identity
    document: Return
    corrects: str = ""


def enter(typed: Typed, *, by: Actor, reason: str, now: datetime) -> PaperEntry:
    """Keep what was typed (入力); nothing is registered before another person checked it."""
    _needs(Role.ENTRY, by)
    lookup = _looked_up(typed, by=by, reason=reason, now=now)
    with transaction.atomic():
        entry = PaperEntry(entered_by=by.member, entered_at=now)
        _fill(entry, typed, lookup, now=now)
        entry.save(force_insert=True)
        _write_down(entry, "paper.entered", typed.document, by=by, reason=reason, now=now)
    return entry


def enter_again(
    entry: PaperEntry, typed: Typed, *, by: Actor, reason: str, now: datetime, seen: int
) -> PaperEntry:
    """Correct an entry that was sent back (入力の訂正); it waits for the check again."""
    _needs(Role.ENTRY, by)
    lookup = _looked_up(typed, by=by, reason=reason, now=now)
    with transaction.atomic():
        row = _lock(entry, PaperEntry.State.RETURNED, seen=seen)
        if by.member is None or row.entered_by_id != by.member.pk:
            raise Refusal(_("差し戻された入力は、入力した本人が直します。"))
        row.state, row.decided_by, row.decided_at = PaperEntry.State.ENTERED, None, None
        _fill(row, typed, lookup, now=now)
        _save(row)
        _write_down(row, "paper.corrected", typed.document, by=by, reason=reason, now=now)
    return row


def send_back(
    entry: PaperEntry, *, comment: str, by: Actor, reason: str, now: datetime, seen: int
) -> PaperEntry:
    """Return an entry to the person who typed it (差戻し)."""
    with transaction.atomic():
        row = _other_person(entry, by, now, seen=seen)
        row.state, row.comment = PaperEntry.State.RETURNED, comment
        _save(row)
        _write_down(row, "paper.sent_back", row.document(), by=by, reason=reason, now=now)
    return row


def cancel(
    entry: PaperEntry, *, comment: str, by: Actor, reason: str, now: datetime, seen: int
) -> PaperEntry:
    """Take an entry away (取消し), such as one typed twice: another person's act too."""
    with transaction.atomic():
        row = _other_person(entry, by, now, seen=seen)
        document = row.document()
        row.state, row.comment, row.sealed = PaperEntry.State.CANCELLED, comment, b""
        _save(row)
        _write_down(row, "paper.cancelled", document, by=by, reason=reason, now=now)
    return row


def register(
    entry: PaperEntry, *, number: str, by: Actor, reason: str, now: datetime, seen: int
) -> Case:
    """Register an entry that agrees with the paper (確認・登録) and open its case.

    `number` is the 個人番号 as this person reads it on the paper. Never one's own entry.
    """
    with transaction.atomic():
        row = _other_person(entry, by, now, seen=seen)
        document = row.document()
        if not hmac.compare_digest(number.encode(), document.filer.personal_number.encode()):
            raise Refusal(_("個人番号が、入力された番号と一致しません。紙を確かめ、差し戻します。"))
        identity = Identity.from_data(row.identity)
        check(identity)
        case = _open(row, document, identity, by=by, reason=reason, now=now)
        row.state, row.sealed, row.case = PaperEntry.State.REGISTERED, b"", case
        _save(row)
        detail = {"receipt_number": case.receipt_number}
        _write_down(row, "paper.registered", document, by=by, reason=reason, now=now, **detail)
    return case


def _open(
    entry: PaperEntry,
    document: Return,
    identity: Identity,
    *,
    by: Actor,
    reason: str,
    now: datetime,
) -> Case:
    """Write the package of a paper return (原本), and open the case that it is."""
    numbers = _numbers(entry, now)
    signed_off = replace(document, filing_id=str(numbers["filing_id"]), version=numbers["version"])
    meta = {
        "procedure": PROCEDURE,
        "receipt_number": numbers["receipt_number"],
        "channel": entry.channel,
        "identity": identity.as_data(),
        "lookup": entry.lookup,
        "entered_by": entry.entered_by.number,
        "checked_by": by.id,
    }
    body = write_package({"return.xml": filing.write_xml(signed_off)}, meta)
    submitted_at = timezone.make_aware(datetime.combine(entry.received_on, time(12)))
    original = Original.keep(
        body,
        tax_year=entry.tax_year,
        message_id=uuid4(),
        # Nobody sealed it on the way: it was typed in here.
        sealed_sha256=hashlib.sha256(body).hexdigest(),
        sent_at=entry.entered_at,
        received_at=now,
    )
    about = {
        "procedure": PROCEDURE,
        "channel": entry.channel,
        "tax_year": entry.tax_year,
        "submitted_at": submitted_at.astimezone(UTC),
        **numbers,
    }
    case = open_case(original, about, by=by, reason=reason, now=now)
    wake()
    return case


def _numbers(entry: PaperEntry, now: datetime) -> dict[str, Any]:
    """Return 受付番号, filing and version: new ones, or the next version of what is corrected."""
    if entry.corrects is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('paper_receipt_serial')")
            serial = int(cursor.fetchone()[0])
        receipt_number = make_receipt_number(timezone.localdate(now).year, serial)
        return {"receipt_number": receipt_number, "filing_id": uuid4(), "version": 1}
    filing_id: UUID = entry.corrects.filing_id
    list(Case.objects.select_for_update(no_key=True).filter(filing_id=filing_id))
    last = Case.objects.filter(filing_id=filing_id).aggregate(last=Max("version"))["last"]
    return {
        "receipt_number": entry.corrects.receipt_number,
        "filing_id": filing_id,
        "version": last + 1,
    }


def _looked_up(typed: Typed, *, by: Actor, reason: str, now: datetime) -> dict[str, Any]:
    """Return what the office looked up: before the entry's transaction, as an inquiry that led to
    a refusal was made all the same and stays in the log."""
    check(typed.identity, asked=juki_net.connected() is None)
    return look_up(typed.identity, typed.document.filer, by=by, reason=reason, now=now)


def _fill(entry: PaperEntry, typed: Typed, lookup: dict[str, Any], *, now: datetime) -> None:
    if typed.received_on > timezone.localdate(now):
        raise Refusal(_("受領日は、今日までの日にしてください。"))
    entry.channel, entry.received_on = typed.channel, typed.received_on
    entry.tax_year = typed.document.tax_year
    entry.lookup = lookup
    reference = lookup.get("reference", typed.identity.reference)
    entry.identity = replace(typed.identity, reference=reference).as_data()
    entry.corrects = _corrected(typed)
    entry.seal(typed.document)


def _corrected(typed: Typed) -> Case | None:
    """Return the paper case that a new paper corrects; Refusal where there is none to correct."""
    if not typed.corrects:
        return None
    found = Case.objects.filter(receipt_number=typed.corrects).order_by("-version").first()
    if found is None or not found.is_paper or found.tax_year != typed.document.tax_year:
        raise Refusal(_("訂正する書面の申告が見つかりません。受付番号と年度を確かめてください。"))
    if found.state not in REPLACEABLE:
        raise Refusal(_("その申告は処理が終わっています。新しい申告として入力してください。"))
    return found


def _lock(entry: PaperEntry, *states: str, seen: int) -> PaperEntry:
    row = PaperEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if row.revision != seen:
        raise Stale(_("ほかの人がこの入力を変更しました。画面を開き直してください。"))
    if row.state not in states:
        label = row.get_state_display()
        raise Refusal(_("「%(state)s」の入力には、この操作はできません。") % {"state": label})
    return row


def _other_person(entry: PaperEntry, by: Actor, now: datetime, *, seen: int) -> PaperEntry:
    """Return the entry locked for a decision by somebody who did not type it (SHK-05)."""
    _needs(Role.CONFIRMER, by)
    row = _lock(entry, PaperEntry.State.ENTERED, seen=seen)
    if by.member is None or row.entered_by_id == by.member.pk:
        raise Refusal(_("自分が入力した申告を自分で確認・取消しすることはできません。"))
    row.decided_by, row.decided_at = by.member, now
    return row


def four_attributes(document: Return) -> dict[str, str]:
    """Return the 基本4情報 as they stand on the paper, for the log."""
    filer = document.filer
    return {
        "name": filer.name,
        "birth_date": filer.birth_date.isoformat(),
        "sex": filer.sex,
        "address": filer.address,
    }


def _needs(role: Role, by: Actor) -> None:
    if role not in by.roles or by.member is None:
        raise Refusal(_("この操作をする権限がありません。"))


def _save(entry: PaperEntry) -> None:
    entry.revision += 1
    entry.save()


def _write_down(
    entry: PaperEntry,
    action: str,
    document: Return,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    **detail: Any,
) -> None:
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=entry.subject,
        addressee_number=entry.lookup.get("addressee", ""),
        four_attributes=four_attributes(document),
        detail={"channel": entry.channel, "comment": entry.comment, **detail},
    )
