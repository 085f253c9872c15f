"""Slips (送付票・受領票): what the other side of a file says of it: its time, digest and count.

The layout is ours (assumed): one JSON object with `system`, `at`, `sha256` and maybe `count`.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review.errors import Refusal

MOST_BYTES = 10_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class SystemSlip:
    """What one side says (収受の記録): which system, when by its clock, and which content."""

    system: str
    at: datetime
    sha256: str
    count: int | None = None

    def as_json(self, **more: Any) -> str:
        said = {
            "system": self.system,
            "at": self.at.isoformat(),
            "sha256": self.sha256,
            "count": self.count,
        }
        return json.dumps(said | more, ensure_ascii=False, indent=1) + "\n"


def read_slip(content: bytes) -> SystemSlip:
    """Return what a slip says; Refusal that names the item where it cannot be read."""
    try:
        said = json.loads(content.decode("utf-8")) if len(content) <= MOST_BYTES else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Refusal(_("票を読み取れません。JSON形式の票を選んでください。"))
    at = parse_datetime(text) if isinstance(text := said.get("at"), str) else None
    if at is None or at.tzinfo is None:
        raise Refusal(_("票の「at」は、時差つきの日時(例 2027-06-01T09:00:00+09:00)です。"))
    sha256, count = said.get("sha256"), said.get("count")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise Refusal(_("票の「sha256」は、小文字の16進数64桁です。"))
    if count is not None and (type(count) is not int or count < 0):
        raise Refusal(_("票の「count」は、0以上の整数です。"))
    system = said.get("system")
    if not isinstance(system, str) or not 0 < len(system) <= 60:
        raise Refusal(_("票の「system」に、システムの名前がありません。"))
    return SystemSlip(system, at, sha256, count)


class Sent(models.Model):
    """What the sender's slip says of a file that came in (送信側の票); empty where none came."""

    sender = models.CharField(
        gettext_lazy("送信側のシステム"), max_length=60, blank=True, default="", db_default=""
    )
    sent_at = models.DateTimeField(gettext_lazy("送信側の時刻"), null=True)
    sent_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    def take_slip(self, slip: SystemSlip | None) -> None:
        """Keep what the sender says."""
        if slip:
            self.sender, self.sent_at, self.sent_sha256 = slip.system, slip.at, slip.sha256


class SlipField(forms.FileField):
    """A slip as a file to hand in (票のファイル). Cleans to a `SystemSlip`, or None where empty."""

    def clean(self, data: Any, initial: Any = None) -> SystemSlip | None:
        given = super().clean(data, initial)
        if not given:
            return None
        try:
            return read_slip(given.read(MOST_BYTES + 1))
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
