"""Giving data out (移転・提供): applications, the files made under them, and hand-overs."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from review.transfers.targets import BY_HAND, Route


class UseRequest(models.Model):
    """Application for use (データ使用承認願): what an office may have, why, how and until when.

    One person writes down what the office handed in, another approves. Without an approved one
    whose period runs, nothing is shown and no file is made.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("承認待ち")
        APPROVED = "approved", _("承認済み")
        REFUSED = "refused", _("不承認")
        ENDED = "ended", _("中止")

    number = models.PositiveIntegerField(_("番号"), unique=True)
    target = models.CharField(_("移転先"), max_length=20)
    route = models.CharField(_("移転方法"), max_length=10, choices=Route)
    basis = models.CharField(_("使用根拠"), max_length=300)
    purpose = models.CharField(_("使用目的"), max_length=500)
    conditions = models.CharField(_("使用条件"), max_length=500)
    items = ArrayField(models.CharField(max_length=20), verbose_name=_("使用データ"))
    starts_on = models.DateField(_("使用期間の初日"))
    ends_on = models.DateField(_("使用期間の末日"))
    applicant = models.CharField(_("申請者"), max_length=100)
    # How the applicant was identified (本人確認), where the data leaves by hand.
    identified_by = models.CharField(_("申請者の本人確認"), max_length=100, blank=True, default="")
    state = models.CharField(_("状態"), max_length=9, choices=State, default=State.REQUESTED)
    requested_by = models.CharField(max_length=60)
    requested_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(_("決裁番号"), max_length=40, blank=True, default="")
    remark = models.CharField(_("理由"), max_length=300, blank=True, default="")
    ended_by = models.CharField(max_length=60, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "データ使用承認願"
        indexes = [models.Index(fields=["target", "state"], name="use_request_by_target")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")), name="use_request_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_by="", decided_at__isnull=True)
                | ~Q(state="requested") & ~Q(decided_by="") & Q(decided_at__isnull=False),
                name="use_request_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "ended"]) | ~Q(decision=""),
                name="use_request_approved_by_decision",
            ),
            models.CheckConstraint(
                condition=~Q(basis="") & ~Q(purpose="") & ~Q(conditions="") & ~Q(items=[]),
                name="use_request_says_everything",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="use_request_period_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(route__in=sorted(BY_HAND)) | ~Q(identified_by=""),
                name="use_request_by_hand_is_identified",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(ended_by="")
                | ~Q(state="ended") & Q(ended_at__isnull=True, ended_by=""),
                name="use_request_ended_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"use request {self.number}"

    @property
    def subject(self) -> str:
        """Return how the audit log names this application."""
        return f"use-request:{self.number}"


class LinkFile(models.Model):
    """Link file (庁内連携ファイル): one version of a target's data of a year, and its receipt.

    The row is the work order: ordered, written to disk, each person in it recorded, handed over.
    Both sides' times and digests stand here, so that they can be compared (LOG-08).
    """

    class Run(models.TextChoices):
        INITIAL = "initial", _("当初課税")
        MONTHLY = "monthly", _("月例")

    class State(models.TextChoices):
        ORDERED = "ordered", _("作成待ち")
        WRITTEN = "written", _("対象者の記録中")
        HANDED_OVER = "handed_over", _("引渡し済み")
        FAILED = "failed", _("作成できません")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    request = models.ForeignKey(UseRequest, models.PROTECT, related_name="files")
    target = models.CharField(_("移転先"), max_length=20)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    run = models.CharField(_("区分"), max_length=8, choices=Run)
    month = models.DateField(_("月例の月"), null=True)
    version = models.PositiveIntegerField(_("版"))
    items = ArrayField(models.CharField(max_length=20))
    state = models.CharField(_("状態"), max_length=12, choices=State, default=State.ORDERED)
    trouble = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(_("ファイル名"), max_length=120, blank=True, default="")
    count = models.PositiveIntegerField(_("件数"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    # How many of the people in the file have their entry in the log by now.
    recorded = models.PositiveIntegerField(default=0)
    ordered_by = models.CharField(max_length=60)
    ordered_at = models.DateTimeField()
    ordered_for = models.CharField(_("処理事由"), max_length=300)
    sent_at = models.DateTimeField(_("送信側の時刻"), null=True)
    received_at = models.DateTimeField(_("受信側の時刻"), null=True)
    received_sha256 = models.CharField(max_length=64, blank=True, default="")
    received_count = models.PositiveIntegerField(null=True)
    receipt_taken_by = models.CharField(max_length=60, blank=True, default="")
    receipt_taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "庁内連携ファイル"
        indexes = [
            models.Index(fields=["-ordered_at"], name="link_file_latest"),
            models.Index(
                fields=["ordered_at"],
                name="link_file_waiting",
                condition=Q(state__in=["ordered", "written"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "tax_year", "version"], name="link_file_once_a_version"
            ),
            models.CheckConstraint(
                condition=Q(run="initial", month__isnull=True)
                | Q(run="monthly", month__isnull=False),
                name="link_file_month_of_the_monthly_run",
            ),
            models.CheckConstraint(
                condition=~Q(state="handed_over")
                | Q(sent_at__isnull=False, recorded=F("count")) & ~Q(sha256=""),
                name="link_file_handed_over_when_all_are_recorded",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True)
                | ~Q(receipt_taken_by="") & ~Q(received_sha256=""),
                name="link_file_receipt_has_who_and_what",
            ),
        ]

    def __str__(self) -> str:
        return f"link file {self.pk}"

    @property
    def subject(self) -> str:
        """Return how the audit log names this file."""
        return f"link-file:{self.pk}"


class HandOver(models.Model):
    """Hand-over to a contractor (受託者への引渡し): what went, the 預り証, and how it ended."""

    class State(models.TextChoices):
        OPEN = "open", _("預り中")
        RETURNED = "returned", _("返還済み")
        ERASED = "erased", _("消去済み")

    number = models.PositiveIntegerField(_("番号"), unique=True)
    contractor = models.CharField(_("受託者"), max_length=100)
    contents = models.CharField(_("引き渡したデータ"), max_length=300)
    medium = models.CharField(_("媒体と管理番号"), max_length=200)
    count = models.PositiveIntegerField(_("件数"))
    # 預り証: a hand-over without the contractor's receipt is none.
    receipt = models.CharField(_("預り証の番号"), max_length=60)
    received_by = models.CharField(_("受け取った人"), max_length=100)
    handed_on = models.DateField(_("引渡日"))
    handed_by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()
    due_on = models.DateField(_("返還・消去の期限"))
    state = models.CharField(_("状態"), max_length=8, choices=State, default=State.OPEN)
    ended_on = models.DateField(_("返還・消去の日"), null=True)
    evidence = models.CharField(_("返還・消去の確認"), max_length=300, blank=True, default="")
    ended_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "受託者への引渡し"
        constraints = [
            models.CheckConstraint(
                condition=~Q(receipt="") & ~Q(received_by=""), name="hand_over_has_a_receipt"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("handed_on")), name="hand_over_due_after_it"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_on__isnull=True)
                | ~Q(state="open")
                & Q(ended_on__isnull=False)
                & ~Q(evidence="")
                & ~Q(ended_by="")
                & ~Q(ended_by=F("handed_by")),
                name="hand_over_ended_by_another_with_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.number}"
