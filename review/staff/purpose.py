"""Reason of handling (処理事由): asked before a person's data opens, kept for the visit."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import models
from django.utils.translation import gettext_lazy as _

SESSION_KEY = "purpose"
# A reason is for one piece of work: after an hour the next person's data asks for it again.
LASTS = timedelta(hours=1)


class Reason(models.TextChoices):
    """The list to choose from (処理事由の区分)."""

    REVIEW = "review", _("申告の審査")
    CONFIRMATION = "confirmation", _("他の職員が行った処理の確認")
    CORRECTION = "correction", _("補正・訂正")
    ASSESSMENT = "assessment", _("賦課・税額の確認")
    INQUIRY = "inquiry", _("本人からの問合せ")
    INSPECTION = "inspection", _("操作記録の点検")
    OTHER = "other", _("その他")


@dataclass(frozen=True)
class Purpose:
    """Why the person looks (処理事由): a choice from the list and words of their own.

    Contractors (受託者) name the order under which they work as well.
    """

    code: str
    text: str
    work_order: str = ""

    def __str__(self) -> str:
        order = f"(作業指示 {self.work_order})" if self.work_order else ""
        return f"{Reason(self.code).label}:{self.text}{order}"


def read(session: SessionBase, *, now: datetime) -> Purpose | None:
    """Return the reason of this visit, None while it has not been given or when it is old."""
    kept = session.get(SESSION_KEY)
    if not kept or now - datetime.fromisoformat(kept["given_at"]) > LASTS:
        return None
    return Purpose(kept["code"], kept["text"], kept["work_order"])


def keep(session: SessionBase, purpose: Purpose, *, now: datetime) -> None:
    """Keep the reason for this visit, with the moment from which it lasts."""
    session[SESSION_KEY] = {**asdict(purpose), "given_at": now.isoformat()}
