"""中間サーバー behind an adapter: log-in, operations and log-out, each written down (LOG-09).

No live link is built here. The simulator takes what it is given and answers with a number and the
digest of what it took, for demos and tests alone; all that it answers is kept as 模擬.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review.audit.services import record_by
from review.errors import Refusal
from review.staff.actors import Actor


class Operation(models.TextChoices):
    """What can be asked of 中間サーバー here (操作)."""

    STATUS = "status", gettext_lazy("稼動状況の確認")
    REGISTER = "register", gettext_lazy("副本の登録")
    ERASE = "erase", gettext_lazy("副本の消去")


@dataclass(frozen=True)
class Answer:
    """What 中間サーバー answers (処理結果): the number of the operation and what it took."""

    number: str
    sha256: str
    size: int


class Intermediary(Protocol):
    """A link to 中間サーバー (接続端末)."""

    name: str

    def log_in(self, who: str) -> str:
        """Open a session for a person or program; return its number."""
        ...

    def operate(self, session: str, operation: Operation, content: bytes) -> Answer:
        """Do one operation of a session."""
        ...

    def log_out(self, session: str) -> None:
        """Close a session."""
        ...


class Simulator:
    """中間サーバー simulator (中間サーバーシミュレータ): answers by number, keeps nothing."""

    name = "中間サーバー(模擬)"

    def log_in(self, who: str) -> str:
        return f"SIM-{_serial():06d}"

    def operate(self, session: str, operation: Operation, content: bytes) -> Answer:
        digest = hashlib.sha256(content).hexdigest()
        return Answer(f"{session}-{_serial():06d}", digest, len(content))

    def log_out(self, session: str) -> None:
        return None


def _serial() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('intermediary_simulated_serial')")
        return int(cursor.fetchone()[0])


def connected() -> Intermediary | None:
    """Return the link that this installation has, None where it has none."""
    return Simulator() if settings.INTERMEDIARY_SIMULATED else None


@dataclass
class Session:
    """A session at 中間サーバー: whatever is done in it is written down with its time."""

    link: Intermediary
    number: str
    by: Actor
    reason: str

    def operate(self, operation: Operation, *, now: datetime, content: bytes = b"") -> Answer:
        """Do an operation and write down what it was and what was answered, failures too."""
        about = {"operation": operation.value, "size": len(content)}
        try:
            answer = self.link.operate(self.number, operation, content)
        except Exception as error:
            self.log("operation_failed", now, about | {"error": type(error).__name__})
            raise
        self.log("operated", now, about | {"number": answer.number, "sha256": answer.sha256})
        return answer

    def log(self, what: str, now: datetime, detail: dict[str, Any]) -> None:
        """Write down one step in a transaction of its own: what happened outside has happened."""
        with transaction.atomic():
            record_by(
                self.by,
                f"intermediary.{what}",
                reason=self.reason,
                now=now,
                subject=f"intermediary:{self.number}",
                detail={"link": self.link.name, **detail},
            )


@contextmanager
def session(*, by: Actor, reason: str, now: datetime) -> Iterator[Session]:
    """Log in for the block and out at its end, whatever happens in it; both are written down."""
    link = connected()
    if link is None:
        raise Refusal(_("中間サーバーへの接続が設定されていません。"))
    opened = Session(link, link.log_in(by.id), by, reason)
    opened.log("logged_in", now, {})
    try:
        yield opened
    finally:
        link.log_out(opened.number)
        opened.log("logged_out", now, {})
