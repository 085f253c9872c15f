"""The schedule (保存期間表): versions that two people make, one rule for each kind of record."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """The legal event that starts the clock (起算日)."""

    TAX_YEAR_END = "tax_year_end", _("課税年度の末日(3月31日)")
    WITH_PARENT = "with_parent", _("元の記録と一緒")
    LAST_SAVED = "last_saved", _("最後に保存した日")
    HANDED_OVER = "handed_over", _("相手が受け取った日")
    ASKED = "asked", _("申請した日")
    ANSWERED = "answered", _("処理が終わった日")
    RECORDED = "recorded", _("記録した日")
    FINISHED = "finished", _("完了した日")
    LEFT = "left", _("転出・死亡の日")


class Zone(models.TextChoices):
    """Who carries a rule out (実施する場所)."""

    REVIEW = "review", _("庁内(消去の実施)")
    DAILY = "daily", _("庁内(自動)")
    PORTAL = "portal", _("公開側(自動)")
    RELAY = "relay", _("中継(自動)")
    OUTSIDE = "outside", _("保管場所(運用)")
    PAPER = "paper", _("紙・別の台帳(運用)")


class Schedule(models.Model):
    """Schedule (保存期間表), one version: proposed by one person, put in force by another.

    The first version came with the product and names no person.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("承認待ち")
        IN_FORCE = "in_force", _("適用中")
        REPLACED = "replaced", _("旧版")
        REFUSED = "refused", _("取りやめ")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.PositiveIntegerField(_("版"), unique=True)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField(_("変更の理由"), max_length=300)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True, default="")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "保存期間表"
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("proposed_by")), name="schedule_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(number=1)
                | ~Q(state__in=("in_force", "replaced"))
                | (~Q(approved_by="") & Q(approved_at__isnull=False)),
                name="schedule_in_force_when_approved",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="in_force"), name="schedule_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="proposed"), name="schedule_one_proposed"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="schedule_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"schedule {self.number}"


class Rule(models.Model):
    """Rule (保存期間): one kind of record, how long, from which event, on what ground.

    A trigger lets rules change only while their version is proposed.
    """

    class Unit(models.TextChoices):
        YEARS = "years", _("年")
        DAYS = "days", _("日")

    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="rules")
    kind = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField()
    label = models.CharField(_("記録の種類"), max_length=80)
    zone = models.CharField(_("実施する場所"), max_length=8, choices=Zone)
    # The kind with which it goes, for what has no period of its own.
    parent = models.CharField(max_length=40, blank=True, default="")
    # Neither: kept without an end.
    amount = models.PositiveSmallIntegerField(_("期間"), null=True)
    unit = models.CharField(max_length=5, choices=Unit, blank=True, default="")
    event = models.CharField(_("起算日"), max_length=14, choices=Event)
    basis = models.CharField(_("根拠"), max_length=200)
    setting = models.CharField(max_length=40, blank=True, default="")
    unconfirmed = models.BooleanField(_("要確認"), default=False)

    class Meta:
        verbose_name = "保存期間"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "kind"], name="rule_once_per_kind"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True, unit="") | (Q(amount__gte=1) & ~Q(unit="")),
                name="rule_amount_has_its_unit",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="rule_has_a_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.amount} {self.unit}"
