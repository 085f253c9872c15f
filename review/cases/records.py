"""What the desk keeps beside the cases: filters kept for later, and exports that were asked for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """Saved filter (保存した条件): the address of a list under a name, for oneself or for all."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="filters")
    name = models.CharField(_("名前"), max_length=40)
    query = models.CharField(max_length=400, blank=True)
    shared = models.BooleanField(_("ほかの職員にも見せる"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "保存した条件"
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="filter_once_per_name")
        ]

    def __str__(self) -> str:
        return f"filter {self.pk}"


class Export(models.Model):
    """Export (一覧の出力): a list taken out of the system, which a second person must allow."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    query = models.CharField(max_length=400, blank=True)
    format = models.CharField(_("形式"), max_length=4, choices=Format)
    reason = models.CharField(_("使いみち"), max_length=200)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports_requested"
    )
    requested_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="exports_approved"
    )
    approved_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "一覧の出力"
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("requested_by")), name="export_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="export_approval_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(approved_at__isnull=False),
                name="export_taken_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"
