"""What passes to and from the intermediate server (中間サーバー): deletions told, results kept."""

import json
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeletionFile(models.Model):
    """Deletion file (副本の消去指示ファイル): a batch told to the server, and what it answered."""

    number = models.PositiveIntegerField(_("番号"), unique=True)
    name = models.CharField(_("ファイル名"), max_length=60)
    count = models.PositiveIntegerField(_("件数"))
    sha256 = models.CharField(max_length=64)
    written_at = models.DateTimeField(_("作成日時"))
    written_by = models.CharField(max_length=60)
    answered_at = models.DateTimeField(_("回答日時"), null=True)
    # How many the server says are deleted, and how many it could not delete.
    deleted = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "副本の消去指示ファイル"

    def __str__(self) -> str:
        return f"deletion file {self.number}"


class CopyDeletion(models.Model):
    """Deletion of a copy (副本の消去指示): a person and year whose data the city has erased.

    The row goes when the server says that the copy is deleted: until then it is the order.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("指示待ち")
        TOLD = "told", _("回答待ち")
        FAILED = "failed", _("消去できず")

    run = models.PositiveIntegerField()
    unified_number = models.CharField(max_length=15)
    tax_year = models.CharField(max_length=4)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    # The server's own code where it could not delete.
    code = models.CharField(max_length=10, blank=True, default="")
    file = models.ForeignKey(DeletionFile, models.PROTECT, null=True, related_name="deletions")
    line = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = "副本の消去指示"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "unified_number", "tax_year"], name="copy_deleted_once_per_run"
            )
        ]
        indexes = [models.Index(fields=["state", "id"], name="copy_deletion_by_state")]

    def __str__(self) -> str:
        return f"copy deletion {self.pk}"


class InquiryResult(models.Model):
    """Inquiry result (情報照会の結果): what another body answered about a person; vanishes soon."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, related_name="inquiry_results"
    )
    title = models.CharField(_("特定個人情報名"), max_length=100)
    sealed = models.BinaryField()
    # SHA-256 of the file as it came: the same file again is known.
    sha256 = models.CharField(max_length=64, unique=True)
    finished_at = models.DateTimeField(_("照会が終わった日時"), db_index=True)
    taken_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = "情報照会の結果"

    def __str__(self) -> str:
        return f"inquiry result {self.pk}"

    def seal(self, items: dict[str, Any]) -> None:
        """Seal what was answered to this row."""
        plain = json.dumps(items, ensure_ascii=False).encode()
        self.sealed = settings.DATA_KEYRING.encrypt(plain, row=self._row_name)

    @property
    def items(self) -> dict[str, Any]:
        """What was answered, by item."""
        opened = settings.DATA_KEYRING.decrypt(bytes(self.sealed), row=self._row_name)
        found: dict[str, Any] = json.loads(opened)
        return found

    @property
    def _row_name(self) -> str:
        return f"inquiry:result:{self.pk}"
