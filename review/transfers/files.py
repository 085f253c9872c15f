"""Link files (庁内連携ファイル): ordered, written, every person recorded, then handed over.

A file is written under a name that the receiver does not look for. It gets its own name only when
everybody in it has an entry in the log: a run that was killed goes on where it stopped.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from review.addressees.models import Addressee
from review.audit.releases import PORTION, record_releases
from review.audit.services import record_by
from review.errors import Refusal
from review.levy.models import Decision
from review.rights.services import stopped_people
from review.slips import SystemSlip
from review.staff.actors import Actor
from review.transfers.models import LinkFile
from review.transfers.requests import allowed_items, in_force, target_of
from review.transfers.targets import Route, all_targets, items, targets
from review.transfers.values import values_of

SYSTEM = "個人住民税システム"
#: The version of the layout: columns in their order, UTF-8, CRLF, everything quoted.
LAYOUT = 1
HEAD = ("宛名番号", "課税年度", "決定日")
VERSION_LOCK = 0x6C696E6B
FILE_ROUTES = (Route.LINKAGE, Route.MEDIUM)
Run, State = LinkFile.Run, LinkFile.State


def order(
    target: str,
    tax_year: str,
    run: str,
    month: date | None = None,
    *,
    by: Actor,
    reason: str,
    now: datetime,
) -> LinkFile:
    """Order the next version of a target's file; Refusal where no application covers it today."""
    day = timezone.localdate(now)
    folder()
    requests = in_force(target_of(target, day).id, day, FILE_ROUTES)
    if not requests:
        raise Refusal(_("ファイルで渡せる、有効なデータ使用承認願がありません。"))
    if (run == Run.MONTHLY) != (month is not None):
        raise Refusal(_("月例のときだけ、月を入力してください。"))
    covering = requests[-1]
    wanted = allowed_items(targets(day)[target], [covering])
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VERSION_LOCK])
        known = LinkFile.objects.filter(target=target, tax_year=tax_year)
        made = LinkFile.objects.create(
            request=covering,
            target=target,
            tax_year=tax_year,
            run=run,
            month=month and month.replace(day=1),
            version=(known.aggregate(last=Max("version"))["last"] or 0) + 1,
            items=[item.id for item in wanted],
            ordered_by=by.id,
            ordered_at=now,
            ordered_for=reason,
        )
        _log(made, "link_file.ordered", by, now)
    return made


def folder() -> Path:
    """Return the folder that the linkage system takes files from; Refusal where none is set."""
    if not settings.LINK_DIR or not (path := Path(settings.LINK_DIR)).is_dir():
        raise Refusal(
            _("庁内連携の置き場(LINK_DIR)が設定されていません。管理者に連絡してください。")
        )
    return path


def make(file: LinkFile, *, by: Actor, clock: Callable[[], datetime] = timezone.now) -> LinkFile:
    """Bring an ordered file to its hand-over, or on from where an earlier try stopped."""
    try:
        if file.state == State.ORDERED:
            file = _write(file, by=by, now=clock())
        if file.state == State.WRITTEN:
            _record_everybody(file, by=by, clock=clock)
            file = _hand_over(file, by=by, now=clock())
    except Refusal as refusal:
        file = _fail(file, str(refusal), by=by, now=clock())
    except OSError as error:
        why = _("ファイルを読み書きできません(%(why)s)。置き場を確かめ、作り直してください。")
        file = _fail(file, why % {"why": error.strerror}, by=by, now=clock())
    return file


def waiting() -> list[LinkFile]:
    """Return what is ordered and not handed over yet, the oldest first."""
    open_ = LinkFile.objects.filter(state__in=(State.ORDERED, State.WRITTEN))
    return list(open_.order_by("ordered_at"))


def people_in(file: LinkFile) -> QuerySet[Decision]:
    """Return the standing decisions that a file holds: of the whole year, or changed in a month.

    Who came from 住基ネット alone (他業務参照不可) and whose use is stopped (利用停止) is in none.
    """
    decided = Decision.objects.filter(tax_year=file.tax_year, state=Decision.State.DECIDED)
    later = decided.filter(addressee=OuterRef("addressee"), number__gt=OuterRef("number"))
    found = decided.exclude(Exists(later)).filter(addressee__restricted=False)
    if file.run == Run.MONTHLY:
        changed = decided.filter(addressee=OuterRef("addressee"), month=file.month)
        found = found.filter(Exists(changed))
    return found.exclude(addressee__in=stopped_people()).order_by("addressee__number")


def _write(file: LinkFile, *, by: Actor, now: datetime) -> LinkFile:
    """Write the people to disk, out of the receiver's sight; the row keeps count and digest."""
    with transaction.atomic():
        row = LinkFile.objects.select_for_update().get(pk=file.pk)
        if row.state != State.ORDERED:
            return row
        _check_request(row, now)
        with _part(row).open("w", encoding="utf-8", newline="") as out:
            row.count = _write_rows(row, out)
        row.sha256 = _digest(_part(row))
        row.name = _name(row)
        row.state = State.WRITTEN
        row.save()
        _log(row, "link_file.written", by, now)
    return row


def _write_rows(file: LinkFile, out: IO[str]) -> int:
    wanted = [items()[id] for id in file.items]
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow((*HEAD, *(item.label for item in wanted)))
    names = ("addressee__number", "decided_on", "assessment__result", "assessment__inputs")
    count = 0
    rows = people_in(file).values_list(*names).iterator(PORTION)
    for number, decided_on, result, inputs in rows:
        values = values_of(result, inputs, file.tax_year, wanted)
        writer.writerow((number, file.tax_year, decided_on, *values.values()))
        count += 1
    return count


def _record_everybody(file: LinkFile, *, by: Actor, clock: Callable[[], datetime]) -> None:
    """Append an entry for each person in the file (LOG-07), portion by portion, each once."""
    if file.recorded == file.count:
        return
    with _part(file).open(encoding="utf-8", newline="") as lines:
        numbers = (line[0] for line in islice(csv.reader(lines), 1 + file.recorded, None))
        while portion := list(islice(numbers, PORTION)):
            if not _record(file, portion, by=by, now=clock()):
                return


def _record(file: LinkFile, numbers: list[str], *, by: Actor, now: datetime) -> bool:
    """Record a portion; False where another worker got there first."""
    with transaction.atomic():
        row = LinkFile.objects.select_for_update().get(pk=file.pk)
        if row.recorded != file.recorded or row.state != State.WRITTEN:
            return False
        record_releases(
            _people(numbers),
            to=_receiver(row),
            route=row.request.route,
            by=by,
            reason=row.ordered_for,
            subject=row.subject,
            now=now,
            detail={"file": row.name, "version": row.version, "ordered_by": row.ordered_by},
        )
        row.recorded += len(numbers)
        row.save(update_fields=["recorded"])
    file.recorded = row.recorded
    return True


def _people(numbers: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    found = {person.number: person for person in Addressee.objects.filter(number__in=numbers)}
    for number in numbers:
        # Who was erased from the register meanwhile is known by the number alone.
        yield number, found[number].four_attributes if number in found else {}


def _hand_over(file: LinkFile, *, by: Actor, now: datetime) -> LinkFile:
    """Give the file its own name with the slip beside it, where all that was promised holds."""
    with transaction.atomic():
        row = LinkFile.objects.select_for_update().get(pk=file.pk)
        if row.state != State.WRITTEN or row.recorded != row.count:
            return row
        _check_request(row, now)
        path = folder() / row.name
        part = path if not _part(row).exists() else _part(row)
        if not part.exists() or _digest(part) != row.sha256:
            raise Refusal(_("書き出したファイルが、書いた時と違います。作り直してください。"))
        row.state, row.sent_at = State.HANDED_OVER, now
        row.save(update_fields=["state", "sent_at"])
        _log(row, "link_file.handed_over", by, now)
        # The last act: what follows is the commit alone. Killed in between, it is done again.
        slip = SystemSlip(SYSTEM, now, row.sha256, row.count)
        more = {"layout": LAYOUT, "version": row.version, "run": row.run, "items": row.items}
        path.with_name(_slip_name(row)).write_text(slip.as_json(**more), encoding="utf-8")
        part.replace(path)
    return row


def _check_request(row: LinkFile, now: datetime) -> None:
    """Raise Refusal where the application (承認願) is over since the file was ordered."""
    day = timezone.localdate(now)
    if row.request not in in_force(row.target, day, FILE_ROUTES):
        raise Refusal(_("データ使用承認願の期間が終わったか、中止されました。"))


def _fail(file: LinkFile, why: str, *, by: Actor, now: datetime) -> LinkFile:
    with transaction.atomic():
        row = LinkFile.objects.select_for_update().get(pk=file.pk)
        if row.state == State.HANDED_OVER:
            return row
        row.state, row.trouble = State.FAILED, why[:200]
        row.save(update_fields=["state", "trouble"])
        _log(row, "link_file.failed", by, now, why=row.trouble)
    if settings.LINK_DIR:
        for name in (_part_name(row), _slip_name(row)):
            (Path(settings.LINK_DIR) / name).unlink(missing_ok=True)
    return row


def _receiver(row: LinkFile) -> str:
    return next(target.name for target in all_targets() if target.id == row.target)


def _part(row: LinkFile) -> Path:
    return folder() / _part_name(row)


def _part_name(row: LinkFile) -> str:
    """Return the name under which a file is written: the receiver looks for none with a dot."""
    return f".{row.pk}.part"


def _slip_name(row: LinkFile) -> str:
    return f"{row.name}.slip.json"


def _name(row: LinkFile) -> str:
    when = f"{row.month:%Y%m}" if row.month else "initial"
    return f"{row.target}-{row.tax_year}-{when}-v{row.version:03d}.csv"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _log(row: LinkFile, action: str, by: Actor, now: datetime, **detail: Any) -> None:
    about = {"target": row.target, "version": row.version, "request": row.request.number}
    about |= {"sha256": row.sha256, "count": row.count} if row.sha256 else {}
    record_by(
        by,
        action,
        reason=row.ordered_for,
        now=now,
        subject=row.subject,
        detail=about | detail,
    )
