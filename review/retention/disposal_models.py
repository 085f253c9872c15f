"""Disposal outside this system (廃棄): media and papers, contractors' ones included."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Disposal(models.Model):
    """Disposal (廃棄の申請と報告): asked for, allowed by another person, reported when done."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("承認待ち")
        APPROVED = "approved", _("報告待ち")
        REPORTED = "reported", _("報告済み")
        REFUSED = "refused", _("取りやめ")

    class Method(models.TextChoices):
        OVERWRITE = "overwrite", _("上書き消去")
        DESTRUCTION = "destruction", _("物理的な破壊")
        MELTING = "melting", _("溶解・裁断")
        CRYPTO = "crypto", _("暗号鍵の廃棄")

    number = models.PositiveIntegerField(_("番号"), unique=True)
    state = models.CharField(_("状態"), max_length=9, choices=State, default=State.REQUESTED)
    # The contractor's name; empty where the city itself disposes.
    contractor = models.CharField(_("受託者名"), max_length=100, blank=True)
    # 磁気ディスク管理簿 or another register: under which number the medium stands there.
    medium = models.CharField(_("媒体と管理番号"), max_length=200)
    contents = models.CharField(_("中身"), max_length=300)
    quantity = models.PositiveIntegerField(_("数量"))
    method = models.CharField(_("方法"), max_length=12, choices=Method)
    planned_on = models.DateField(_("予定日"))
    requested_by = models.CharField(max_length=60)
    requested_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    done_on = models.DateField(_("廃棄した日"), null=True)
    done_by = models.CharField(_("廃棄した人"), max_length=100, blank=True, default="")
    report = models.CharField(_("報告(証明書の番号など)"), max_length=500, blank=True, default="")
    reported_by = models.CharField(max_length=60, blank=True, default="")
    reported_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "廃棄"
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("requested_by")), name="disposal_approved_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "reported"))
                | (~Q(approved_by="") & Q(approved_at__isnull=False)),
                name="disposal_goes_on_only_when_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="reported")
                | (
                    Q(done_on__isnull=False, reported_at__isnull=False)
                    & ~Q(done_by="")
                    & ~Q(report="")
                    & ~Q(reported_by="")
                ),
                name="disposal_report_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"disposal {self.number}"
