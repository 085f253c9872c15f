"""Where backups lie (保管場所の確認): two people attest it every year, of the place named now."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config import backup_places
from config.backup_places import Place
from review.audit.services import record_by
from review.deciding import decide
from review.errors import Refusal
from review.retention.models import PlaceAttestation
from review.staff.actors import Actor

State = PlaceAttestation.State


def second() -> Place | None:
    """Return the second place as the settings name it; None where they name none."""
    places = backup_places.named()
    return places[1] if len(places) > 1 else None


def standing() -> PlaceAttestation | None:
    """Return the latest confirmed attestation of the place that is named now."""
    place = second()
    if place is None:
        return None
    found = PlaceAttestation.objects.filter(
        state=State.DECIDED, name=place.name, address=place.address
    )
    return found.order_by("-seen_on", "-pk").first()


def alarm(now: datetime) -> str:
    """Return what somebody has to do about the second place; empty where nothing.

    A demo may have no second place; whoever names one there is asked about it like anybody.
    """
    if second() is None:
        return "" if settings.DEMO else _("バックアップの2つの保管場所が、設定にありません。")
    found = standing()
    if found is None:
        return _("バックアップの2つ目の保管場所を、まだ2人で確認していません。")
    if timezone.localdate(now) > found.due_on:
        return _("バックアップの2つ目の保管場所の、年1回の確認の期限が過ぎています。")
    return ""


def propose(*, seen_on: date, why: str, by: Actor, now: datetime) -> PlaceAttestation:
    """Say that one saw where the second place is (確認の起案)."""
    place = second()
    if place is None:
        raise Refusal(_("2つの保管場所が、設定にありません。先に設定してください。"))
    if seen_on > timezone.localdate(now):
        raise Refusal(_("確認した日は、今日までの日付にしてください。"))
    with transaction.atomic():
        row = PlaceAttestation.objects.create(
            name=place.name,
            address=place.address,
            seen_on=seen_on,
            why=why,
            proposed_by=by.id,
            proposed_at=now,
        )
        _log(row, "backup_place.proposed", by, now)
    return row


def confirm(row: PlaceAttestation, *, by: Actor, now: datetime) -> PlaceAttestation:
    """Confirm what another person saw, of the place that is still named (確認)."""
    with transaction.atomic():
        locked = decide(row, State.DECIDED, by=by, now=now)
        if second() != Place(locked.name, locked.address):
            raise Refusal(_("保管場所の設定が、起案のときと違います。取りやめてください。"))
        _log(locked, "backup_place.confirmed", by, now)
    return locked


def drop(row: PlaceAttestation, *, by: Actor, now: datetime) -> PlaceAttestation:
    """Drop what is only proposed (取りやめ)."""
    with transaction.atomic():
        locked = decide(row, State.DROPPED, by=by, now=now)
        _log(locked, "backup_place.dropped", by, now)
    return locked


def _log(row: PlaceAttestation, action: str, by: Actor, now: datetime) -> None:
    detail = {"name": row.name, "address": row.address, "seen_on": row.seen_on.isoformat()}
    subject = f"backup_place:{row.pk}"
    record_by(by, action, reason=row.why, now=now, subject=subject, detail=detail)
