"""Audit log (操作記録): a chain of hashes that the database itself refuses to change."""

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
            models.Index(fields=["actor", "position"], name="audit_by_actor"),
            models.Index(fields=["addressee_number", "position"], name="audit_by_addressee"),
            models.Index(fields=["at"], name="audit_by_time"),
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
