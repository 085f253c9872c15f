"""Files of the resident register (住基連携): changes, certificate links, the monthly comparison.

The layouts are ours (assumed): one JSON object a line, or CSV with a header line. A line that does
not fit is listed by line and item, without its values, and the others are taken.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.addressees.changes import FIELDS, change, enter
from review.addressees.loading import read_rows
from review.addressees.models import Addressee, CertificateLink, Change, ResidentRun, number_index
from review.audit.services import record_by
from review.errors import Refusal
from review.slips import SystemSlip
from review.staff.actors import Actor

REASON = "住基連携"
DAYS = ("birth_date", "moved_in_on", "moved_out_on", "died_on")
COMPARED = ("name", "kana", "birth_date", "sex", "address")
MOST_FINDINGS = 1_000
# Once a month (月1回), with a few days of grace for a month's length and a weekend.
COMPARED_EVERY = timedelta(days=35)
# The item in which an event writes its own day.
EVENT_DAY = {"move_in": "moved_in_on", "move_out": "moved_out_on", "death": "died_on"}

Row = Mapping[str, Any]
Finding = dict[str, str]
Outcomes = Iterator[tuple[str, Finding | None]]


def apply_changes(
    path: Path, *, by: Actor, now: datetime, slip: SystemSlip | None = None
) -> ResidentRun:
    """Take over the changes of a file (異動の取込). Run again, it changes nothing."""

    def take(row: Row) -> str:
        return _apply(row, origin=path.name, by=by, now=now)

    return _run(ResidentRun.Kind.CHANGES, path, _each(path, take), by=by, now=now, slip=slip)


def apply_links(
    path: Path, *, by: Actor, now: datetime, slip: SystemSlip | None = None
) -> ResidentRun:
    """Take over certificate links (番号紐付の最新化); earlier ones stay, as replaced."""

    def take(row: Row) -> str:
        return _link(row, now=now)

    return _run(ResidentRun.Kind.LINKS, path, _each(path, take), by=by, now=now, slip=slip)


def compare(path: Path, *, by: Actor, now: datetime, slip: SystemSlip | None = None) -> ResidentRun:
    """Compare the whole register with a file of it (整合処理); nothing is changed."""
    return _run(ResidentRun.Kind.CONSISTENCY, path, _differences(path), by=by, now=now, slip=slip)


def _run(
    kind: str, path: Path, outcomes: Outcomes, *, by: Actor, now: datetime, slip: SystemSlip | None
) -> ResidentRun:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if slip and slip.sha256 != sha256:
        raise Refusal(_("送信側の票とハッシュ値が違います。ファイルを送り直してもらってください。"))
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    for outcome, finding in outcomes:
        counts[outcome] += 1
        if finding and len(findings) < MOST_FINDINGS:
            findings.append(finding)
    with transaction.atomic():
        run = ResidentRun(
            kind=kind,
            name=path.name[-200:],
            sha256=sha256,
            counts=dict(counts),
            findings=findings,
            at=now,
            by=by.id,
        )
        run.take_slip(slip)
        run.save()
        subject, detail = f"resident-run:{run.pk}", {"kind": kind, **counts}
        record_by(by, "residents.taken", reason=REASON, now=now, subject=subject, detail=detail)
    return run


def _each(path: Path, take: Callable[[Row], str]) -> Outcomes:
    for line, row in enumerate(read_rows(path), start=1):
        number = str(row.get("number", ""))
        try:
            with transaction.atomic():
                yield take(row), None
        except Refusal as refusal:
            yield "refused", {"line": str(line), "number": number, "why": str(refusal)}
        except (KeyError, ValueError, TypeError) as error:
            # Its text may quote the row, and a row may hold a 個人番号.
            why = f"読み取れません({type(error).__name__})"
            yield "refused", {"line": str(line), "number": number, "why": why}


def _apply(row: Row, *, origin: str, by: Actor, now: datetime) -> str:
    why = Change.Reason(row["event"])
    occurred_on = date.fromisoformat(row["occurred_on"])
    values = {name: row[name] for name in FIELDS if row.get(name) not in (None, "")}
    values |= {name: date.fromisoformat(str(values[name])) for name in DAYS if name in values}
    if why in EVENT_DAY:
        values[EVENT_DAY[why]] = occurred_on
    if why == Change.Reason.MOVE_IN:
        values |= {"kind": Addressee.Kind.RESIDENT, "moved_out_on": None}
    written: dict[str, Any] = {"by": by, "reason": REASON, "now": now, "origin": origin}
    written["personal_number"] = row.get("personal_number") or ""
    person = Addressee.objects.filter(number=row["number"]).first()
    if person is None:
        if why != Change.Reason.MOVE_IN:
            raise Refusal("この宛名番号の人がいません。転入の異動が先に必要です。")
        enter(row["number"], {k: v for k, v in values.items() if v is not None}, **written)
        return "entered"
    made = change(person, values, why=why, occurred_on=occurred_on, **written)
    return "changed" if made else "same"


def _link(row: Row, *, now: datetime) -> str:
    person = Addressee.objects.filter(number=row["number"]).first()
    if person is None:
        raise Refusal("この宛名番号の人がいません。")
    about = {"issuer_key_id": str(row["issuer_key_id"]), "serial": str(row["serial"])}
    known = CertificateLink.objects.select_for_update().filter(**about).first()
    if known:
        if known.addressee_id != person.pk:
            raise Refusal("この発行番号は、別の宛名番号に紐付いています。")
        return "same"
    earlier = CertificateLink.objects.filter(addressee=person, replaced_at__isnull=True)
    earlier.update(replaced_at=now)
    generation = str(row.get("issuer_generation") or "")
    CertificateLink.objects.create(
        **about, addressee=person, issuer_generation=generation, linked_at=now
    )
    return "linked"


def _differences(path: Path) -> Outcomes:
    """Yield what differs, person by person, and who stands in one of the two registers alone."""
    seen = set()
    for row in read_rows(path):
        number = str(row["number"])
        seen.add(number)
        person = Addressee.objects.filter(number=number).first()
        if person is None:
            yield "only_residents", {"number": number, "why": "宛名にありません"}
            continue
        items = [item for item in COMPARED if item in row and _differs(person, item, row[item])]
        number_given = row.get("personal_number")
        held = bytes(person.number_index) if person.number_index else None
        if number_given and number_index(number_given) != held:
            items.append("personal_number")
        if items:
            yield "differs", {"number": number, "why": "、".join(items)}
        else:
            yield "same", None
    living = Addressee.objects.filter(
        kind=Addressee.Kind.RESIDENT, moved_out_on__isnull=True, died_on__isnull=True
    )
    for number in living.values_list("number", flat=True).iterator():
        if number not in seen:
            yield "only_addressees", {"number": number, "why": "住基にありません"}


def _differs(person: Addressee, item: str, given: Any) -> bool:
    held = getattr(person, item)
    return str(held.isoformat() if isinstance(held, date) else held) != str(given)


def missed(*, now: datetime) -> bool:
    """Tell whether the monthly comparison is overdue (整合処理の未実施)."""
    runs = ResidentRun.objects.filter(kind=ResidentRun.Kind.CONSISTENCY)
    return not runs.filter(at__gte=now - COMPARED_EVERY).exists()
