"""Incidents (事故の記録): what happened, who was told when, what keeps it from coming back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Incident(models.Model):
    """Incident (事故): written down by whoever finds it, closed by another. No person's data.

    個人情報の保護に関する法律68条 (漏えい等の報告・通知); 番号法29条の4 for 特定個人情報.
    """

    class Kind(models.TextChoices):
        LEAK = "leak", _("漏えい(そのおそれを含む)")
        LOSS = "loss", _("紛失・滅失・毀損")
        MISUSE = "misuse", _("目的外の利用・不正な閲覧")
        ATTACK = "attack", _("不正アクセス・ウイルス")
        OUTAGE = "outage", _("システムの停止・誤作動")
        OTHER = "other", _("その他")

    class State(models.TextChoices):
        OPEN = "open", _("対応中")
        CLOSED = "closed", _("終了")

    number = models.PositiveIntegerField(_("番号"), unique=True)
    kind = models.CharField(_("種類"), max_length=7, choices=Kind)
    # When the office came to know of it: the days for the report run from here.
    found_at = models.DateTimeField(_("知った日時"))
    what = models.CharField(_("何が起きたか"), max_length=500)
    people = models.PositiveIntegerField(_("影響を受ける人数(分かる範囲)"), null=True)
    with_numbers = models.BooleanField(_("個人番号を含む"), default=False)
    on_purpose = models.BooleanField(_("不正の目的によるおそれがある"), default=False)
    state = models.CharField(_("状態"), max_length=6, choices=State, default=State.OPEN)
    written_by = models.CharField(max_length=60)
    written_at = models.DateTimeField()
    closed_by = models.CharField(max_length=60, blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "事故"
        constraints = [
            models.CheckConstraint(
                condition=~Q(closed_by=F("written_by")), name="incident_closed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False) & ~Q(closed_by=""),
                name="incident_closed_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"incident {self.number}"


class Step(models.Model):
    """Step (対応): one thing that was done about an incident. Never changed."""

    class Kind(models.TextChoices):
        STOPPED = "stopped", _("被害の拡大を止めた")
        TOLD = "told", _("責任者に報告した")
        EXAMINED = "examined", _("原因と範囲を調べた")
        FIRST_REPORT = "first_report", _("個人情報保護委員会への速報")
        FULL_REPORT = "full_report", _("個人情報保護委員会への確報")
        PEOPLE_TOLD = "people_told", _("本人への通知")
        PREVENTED = "prevented", _("再発の防止")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="steps")
    kind = models.CharField(_("対応"), max_length=12, choices=Kind)
    what = models.CharField(_("したこと"), max_length=500)
    done_at = models.DateTimeField(_("日時"))
    by = models.CharField(max_length=60)

    class Meta:
        verbose_name = "事故への対応"
        ordering = ["done_at", "pk"]

    def __str__(self) -> str:
        return f"step {self.kind}"
