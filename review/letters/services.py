"""Mailings (発送): made, confirmed by another, taken; who was told what is in the log."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review.addressees.visibility import sees_restricted
from review.audit.releases import record_releases
from review.audit.services import record_by
from review.deciding import allow, locked_in
from review.errors import Refusal
from review.files import make_alone
from review.letters import contents
from review.letters.data import file_of
from review.letters.models import Letter, Mailing
from review.letters.targets import Target, targets
from review.notices.issuing import pdf_of_contents
from review.notices.models import Channel
from review.recipients.models import Recipient
from review.recipients.queries import in_force, only, recipient_of
from review.recipients.sealing import Sealed, seal_for
from review.rights.services import stopped_people
from review.staff.actors import Actor
from review.staff.roles import Role
from review.transfers.targets import Route

Kind, State = Mailing.Kind, Mailing.State
#: Letters in one mailing: what fits one PDF in memory and one entry a person in the log.
MOST = 500
BY_ELTAX = (Kind.NOTICE_294, Kind.DATA)
FILES = {Kind.NOTICE_294: "294-3", Kind.DATA: "fuyo-zesei"}
LETTERS_LOCK = 0x6C747273


def make(
    kind: str,
    tax_year: str,
    *,
    channel: str = Channel.PAPER,
    office: str = "",
    leave_out: Collection[str] = (),
    by: Actor,
    reason: str,
    now: datetime,
) -> list[Mailing]:
    """Put what waits into mailings, one a recipient; `leave_out` names people by 宛名番号.

    `office` chooses the tax office where there are several. A municipality that is not registered
    as a recipient gets nothing yet: Refusal where none of them is.
    """
    if channel == Channel.ELTAX and kind not in BY_ELTAX:
        raise Refusal(_("eLTAXで送れるのは、294-3通知と扶養是正データだけです。"))
    if kind == Kind.DATA:
        channel = Channel.ELTAX
    with transaction.atomic():
        make_alone(LETTERS_LOCK)
        waiting = targets(kind, tax_year, timezone.localdate(now))
        waiting = [one for one in waiting if one.person.number not in leave_out]
        if not waiting:
            raise Refusal(_("この種類の対象者はいません。"))
        made = [
            _made(kind, tax_year, channel, to, found[:MOST], by=by, reason=reason, now=now)
            for to, found in _by_recipient(kind, waiting, office).items()
        ]
        if not made:
            codes = "、".join(sorted({one.municipality for one in waiting}))
            text = _("市区町村(%(codes)s)が引渡し先に登録されていません。先に登録してください。")
            raise Refusal(text % {"codes": codes})
    return made


def unregistered(waiting: Iterable[Target]) -> list[str]:
    """Return the municipalities to which something would go and that are no recipients yet."""
    known = {row.code for row in in_force(Recipient.Kind.MUNICIPALITY)}
    return sorted({one.municipality for one in waiting} - known - {""})


def _by_recipient(
    kind: str, waiting: list[Target], office: str
) -> dict[Recipient | None, list[Target]]:
    if kind in (Kind.QUERY, Kind.ONE_STOP):
        return {None: waiting}
    if kind == Kind.DATA:
        return {only(Recipient.Kind.ELTAX): waiting}
    if kind == Kind.SLIP:
        return {only(Recipient.Kind.TAX_OFFICE, office, with_key=False): waiting}
    by_code: defaultdict[str, list[Target]] = defaultdict(list)
    for one in waiting:
        by_code[one.municipality].append(one)
    known = {code: recipient_of(Recipient.Kind.MUNICIPALITY, code) for code in sorted(by_code)}
    return {to: by_code[code] for code, to in known.items() if to is not None}


def _made(
    kind: str,
    tax_year: str,
    channel: str,
    to: Recipient | None,
    found: list[Target],
    *,
    by: Actor,
    reason: str,
    now: datetime,
) -> Mailing:
    mailing = Mailing.objects.create(
        kind=kind,
        tax_year=tax_year,
        channel=channel,
        recipient=to,
        count=len(found),
        made_at=now,
        made_by=by.id,
    )
    Letter.objects.bulk_create(_letter(mailing, one) for one in found)
    _log(mailing, "mailing.made", by=by, reason=reason, now=now)
    return mailing


def _letter(mailing: Mailing, one: Target) -> Letter:
    content = one.write()
    return Letter(
        mailing=mailing,
        kind=mailing.kind,
        tax_year=mailing.tax_year,
        addressee=one.person,
        dependant=one.dependant,
        matter=one.matter,
        asked_keys=content.pop("keys", []),
        content=content,
    )


def confirm(mailing: Mailing, *, by: Actor, reason: str, now: datetime) -> Mailing:
    """Confirm (確認) that these are told this: never who put them together."""
    with transaction.atomic():
        locked = locked_in(mailing, State.PROPOSED)
        allow(locked, by=by, now=now)
        _log(locked, "mailing.confirmed", by=by, reason=reason, now=now)
    return locked


def drop(mailing: Mailing, *, by: Actor, reason: str, now: datetime) -> Mailing:
    """Give a mailing up before it is sent; its people wait again."""
    with transaction.atomic():
        locked = locked_in(mailing, State.PROPOSED, State.CONFIRMED)
        locked.state = State.DROPPED
        locked.save(update_fields=["state"])
        locked.letters.update(holds=False)
        _log(locked, "mailing.dropped", by=by, reason=reason, now=now)
    return locked


def take(mailing: Mailing, *, by: Actor, reason: str, now: datetime) -> bytes | Sealed:
    """Return the letters as one PDF, or the data sealed for its recipient (発送・再発行).

    Taken again, it says the same; Refusal where it would not. Each time is in the log, and the
    first time once more for each person and dependant of whom something is told.
    """
    with transaction.atomic():
        locked = locked_in(mailing, State.CONFIRMED, State.SENT)
        if locked.has_numbers and Role.NUMBER not in by.roles:
            raise Refusal(_("個人番号を含みます。個人番号の閲覧の権限が必要です。"))
        letters = letters_of(locked)
        _refuse_hidden(letters, by)
        _refuse_stopped(letters)
        content = _content(locked, letters)
        first = locked.state == State.CONFIRMED
        digest = hashlib.sha256(content).hexdigest()
        if first:
            locked.state, locked.sent_at, locked.sha256 = State.SENT, now, digest
            locked.save(update_fields=["state", "sent_at", "sha256"])
            _record_people(locked, letters, by=by, reason=reason, now=now)
        elif digest != locked.sha256:
            raise Refusal(_("発送したときと同じ内容になりません。個人番号が変わっています。"))
        sealed = _sealed(locked, content, now)
        more = sealed.logged if sealed else {}
        action = "mailing.sent" if first else "mailing.taken_again"
        _log(locked, action, by=by, reason=reason, now=now, sha256=digest, **more)
    return sealed or content


def list_pdf(mailing: Mailing, *, by: Actor, reason: str, now: datetime) -> bytes:
    """Return the 対象者一覧 of a mailing as a tagged PDF; no 個人番号."""
    letters = letters_of(mailing)
    _refuse_hidden(letters, by)
    with transaction.atomic():
        _log(mailing, "mailing.listed", by=by, reason=reason, now=now)
    made = contents.list_of(mailing, letters)
    return pdf_of_contents([made], at=mailing.confirmed_at or mailing.made_at)


def letters_of(mailing: Mailing) -> list[Letter]:
    """Return a mailing's letters in their order."""
    return list(mailing.letters.select_related("addressee", "dependant").order_by("pk"))


def _content(mailing: Mailing, letters: list[Letter]) -> bytes:
    if mailing.is_file:
        return file_of(mailing, letters)
    assert mailing.confirmed_at is not None
    made = [contents.printed(letter, mailing) for letter in letters]
    return pdf_of_contents(made, at=mailing.confirmed_at)


def _sealed(mailing: Mailing, content: bytes, now: datetime) -> Sealed | None:
    if not mailing.is_file:
        return None
    # Whoever it is for, it goes by eLTAX: sealed for the terminal that sends it, by today's key.
    to = only(Recipient.Kind.ELTAX)
    name = f"{FILES[Kind(mailing.kind)]}-{mailing.tax_year}-{mailing.number:08d}.csv"
    return seal_for(to, name, content, count=mailing.count, at=now)


def _refuse_hidden(letters: list[Letter], by: Actor) -> None:
    """Refuse whoever may not see people marked 他業務参照不可 where one of them is in it."""
    people = [person for one in letters for person in (one.addressee, one.dependant) if person]
    if any(person.restricted for person in people) and not sees_restricted(by.member):
        raise Refusal(_("表示できない人が入っています。市民税課の職員が受け取ってください。"))


def _refuse_stopped(letters: list[Letter]) -> None:
    stopped = stopped_people()
    if any(one.addressee_id in stopped or one.dependant_id in stopped for one in letters):
        raise Refusal(
            _("利用停止のかかった人が入っています。取りやめて、解除のあとにまとめ直してください。")
        )


def _record_people(
    mailing: Mailing, letters: list[Letter], *, by: Actor, reason: str, now: datetime
) -> None:
    """Append an entry for everybody of whom the recipient is told (LOG-07)."""
    people = {one.addressee.number: one.addressee for one in letters}
    people |= {one.dependant.number: one.dependant for one in letters if one.dependant}
    record_releases(
        ((number, people[number].four_attributes) for number in sorted(people)),
        to=mailing.to,
        route=Route.ELTAX if mailing.is_file else Route.POST,
        by=by,
        reason=reason,
        subject=mailing.subject,
        now=now,
        detail={"kind": mailing.kind},
    )


def _log(
    mailing: Mailing, action: str, *, by: Actor, reason: str, now: datetime, **detail: Any
) -> None:
    about = {"kind": mailing.kind, "tax_year": mailing.tax_year, "count": mailing.count}
    about |= {"to": mailing.to, **detail}
    record_by(by, action, reason=reason, now=now, subject=mailing.subject, detail=about)
