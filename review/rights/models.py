"""Requests of the person concerned (開示・訂正・利用停止の請求) and what was answered."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RightsRequest(models.Model):
    """Request (請求): written down by one person, allowed by another, answered once.

    個人情報の保護に関する法律 76条(開示), 90条(訂正), 98条(利用停止). While a stop of use is in
    force nothing of the person is assessed or put into a list.
    """

    class Kind(models.TextChoices):
        DISCLOSURE = "disclosure", _("開示")
        CORRECTION = "correction", _("訂正")
        STOP = "stop", _("利用停止")

    class State(models.TextChoices):
        REQUESTED = "requested", _("承認待ち")
        APPROVED = "approved", _("承認済み")
        IN_FORCE = "in_force", _("利用停止中")
        ANSWERED = "answered", _("処理済み")
        REFUSED = "refused", _("不開示・不訂正・不停止")

    number = models.PositiveIntegerField(_("番号"), unique=True)
    kind = models.CharField(_("請求の種類"), max_length=10, choices=Kind)
    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, related_name="rights_requests"
    )
    received_on = models.DateField(_("請求書を受け付けた日"))
    asked = models.CharField(_("請求の内容"), max_length=500)
    state = models.CharField(_("状態"), max_length=9, choices=State, default=State.REQUESTED)
    requested_by = models.CharField(max_length=60)
    requested_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    answer = models.CharField(_("処理の結果"), max_length=500, blank=True, default="")
    answered_by = models.CharField(max_length=60, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    # The digest of the file that was handed out, so that a copy can be told from it.
    sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = "本人の請求"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("requested_by")), name="right_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state="requested")
                | (~Q(approved_by="") & Q(approved_at__isnull=False)),
                name="right_goes_on_only_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("answered", "refused"), answered_at__isnull=False)
                & ~Q(answer="")
                & ~Q(answered_by="")
                | ~Q(state__in=("answered", "refused")) & Q(answered_at__isnull=True),
                name="right_answered_by_whom_and_how",
            ),
            models.CheckConstraint(condition=~Q(asked=""), name="right_says_what"),
            models.UniqueConstraint(
                fields=["addressee"], condition=Q(state="in_force"), name="right_one_stop_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.number}"
