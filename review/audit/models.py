"""Audit log (操作記録): a chain of hashes that the database itself refuses to change."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """Audit event (操作記録): one look or change with the seven items. No foreign keys, so that
    the history outlives what it describes. Never holds a 個人番号."""

    position = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("処理日時"))
    actor = models.CharField(_("職員"), max_length=60)
    department = models.CharField(_("部署"), max_length=100)
    terminal = models.CharField(_("端末"), max_length=100)
    reason = models.CharField(_("処理事由"), max_length=300)
    addressee_number = models.CharField(_("宛名番号"), max_length=20, blank=True)
    four_attributes = models.JSONField(_("4情報"), default=dict, blank=True)
    action = models.CharField(_("操作"), max_length=60)
    subject = models.CharField(_("対象"), max_length=100, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    payload_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "操作記録"
        ordering = ["position"]
        indexes = [
            models.Index(fields=["subject", "position"], name="audit_by_subject"),
            models.Index(fields=["actor", "at", "position"], name="audit_by_actor"),
            models.Index(fields=["addressee_number", "position"], name="audit_by_addressee"),
            models.Index(fields=["at", "position"], name="audit_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(actor="")
                & ~models.Q(department="")
                & ~models.Q(terminal="")
                & ~models.Q(reason="")
                & ~models.Q(action=""),
                name="audit_items_are_filled",
            )
        ]

    def __str__(self) -> str:
        return f"audit {self.position}"

    def seal_person(self, four_attributes: Mapping[str, Any]) -> None:
        """Keep the 4情報 sealed to this entry: the log must not become a register of its own."""
        if not four_attributes:
            self.four_attributes = {}
            return
        plain = json.dumps(four_attributes, ensure_ascii=False).encode()
        sealed = settings.DATA_KEYRING.encrypt(plain, row=self._row_name)
        self.four_attributes = {"sealed": base64.b64encode(sealed).decode()}

    @property
    def person(self) -> dict[str, Any]:
        """Return the 4情報 of the entry, opened; empty where it is about no person."""
        sealed = self.four_attributes.get("sealed")
        if sealed is None:
            return self.four_attributes
        stored = base64.b64decode(sealed)
        return json.loads(settings.DATA_KEYRING.decrypt(stored, row=self._row_name))

    @property
    def _row_name(self) -> str:
        return f"audit:person:{self.position}"


class ErasedLog(models.Model):
    """Where the log begins since its older entries were erased (消去した操作記録の末尾).

    One row at most: the chain goes on from this position and hash. A trigger lets only an erasure
    with a certificate write it, and only forwards.
    """

    id = models.SmallAutoField(primary_key=True)
    position = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    certificate = models.UUIDField()

    class Meta:
        verbose_name = "消去した操作記録の末尾"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="erased_log_one_row")]

    def __str__(self) -> str:
        return f"log erased up to {self.position}"


class MonthlyReview(models.Model):
    """Monthly review (操作記録の月次点検): what the analysis found and who signed it off."""

    month = models.DateField(_("月"), unique=True)
    findings = models.JSONField(default=list)
    remark = models.CharField(_("点検の結果"), max_length=1000)
    signed_by = models.CharField(max_length=20)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = "操作記録の月次点検"
        constraints = [
            models.CheckConstraint(condition=~models.Q(remark=""), name="monthly_review_says_what")
        ]

    def __str__(self) -> str:
        return f"review of {self.month:%Y-%m}"
