"""Holds, runs and certificates of erasure: who let what go, when, under which rule."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from review.retention.disposal_models import Disposal
from review.retention.place_models import PlaceAttestation
from review.retention.schedule_models import Rule, Schedule

__all__ = [
    "Disposal",
    "Erasure",
    "Hold",
    "PlaceAttestation",
    "Rule",
    "Run",
    "RunItem",
    "Schedule",
]


class Hold(models.Model):
    """Hold (消去の保留): 訴訟・審査請求・開示請求 keep a person's or a filing's records alive.

    Set by one person; only another one may end it.
    """

    class Kind(models.TextChoices):
        LITIGATION = "litigation", _("訴訟")
        APPEAL = "appeal", _("審査請求")
        DISCLOSURE = "disclosure", _("開示請求")
        OTHER = "other", _("その他")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    # One of the two: everything of a person, or one filing in all its versions.
    addressee_number = models.CharField(_("宛名番号"), max_length=20, blank=True, db_index=True)
    receipt_number = models.CharField(_("受付番号"), max_length=14, blank=True, db_index=True)
    reason = models.CharField(_("理由"), max_length=300)
    until = models.DateField(_("この日まで"), null=True, blank=True)
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "消去の保留"
        constraints = [
            models.CheckConstraint(
                condition=Q(addressee_number="") ^ Q(receipt_number=""),
                name="hold_names_a_person_or_a_filing",
            ),
            models.CheckConstraint(
                condition=~Q(ended_by=F("set_by")), name="hold_ended_by_another"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class Run(models.Model):
    """Run (消去の実施): proposed by one person, approved by another, carried out after a wait."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("承認待ち")
        APPROVED = "approved", _("実施待ち")
        RUNNING = "running", _("実施中")
        DONE = "done", _("完了")
        LEFTOVERS = "leftovers", _("残りあり")
        CANCELLED = "cancelled", _("取りやめ")

    OPEN = (State.PROPOSED, State.APPROVED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.PositiveIntegerField(_("番号"), unique=True)
    as_of = models.DateField(_("基準日"))
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PROPOSED)
    # What may not go, with the reason: [{receipt_number, why}].
    refused = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    # The years of which filings are listed.
    years = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "消去の実施"
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("proposed_by")), name="run_approved_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "running", "done", "leftovers"))
                | (~Q(approved_by="") & Q(not_before__isnull=False)),
                name="run_goes_on_only_when_approved",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="run_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.number}"


class RunItem(models.Model):
    """One record that a run is to erase (消去対象), and what became of it."""

    class State(models.TextChoices):
        PENDING = "pending", _("未実施")
        ERASED = "erased", _("消去済み")
        KEPT = "kept", _("対象外")

    run = models.ForeignKey(Run, models.CASCADE, related_name="items")
    procedure = models.CharField(max_length=40)
    kind = models.CharField(max_length=24)
    record = models.CharField(max_length=40)
    label = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    why = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        verbose_name = "消去対象"
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "record"], name="item_once_per_run")
        ]
        indexes = [
            models.Index(
                # Not by state: a row whose indexed columns stay is changed in its own page.
                fields=["run", "procedure", "kind", "id"],
                name="item_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


class Erasure(models.Model):
    """Certificate of erasure (消去証明): numbers and digests, no person's data.

    The row is made before anything goes: the trigger on originals lets only an erasure with a
    certificate pass. Until `finished_at` is set it says of itself that it is not finished.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.PositiveIntegerField(_("証明番号"), null=True, unique=True)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="certificates")
    procedure = models.CharField(_("手続"), max_length=40)
    as_of = models.DateField(_("基準日"))
    made_at = models.DateTimeField(_("消去日時"))
    made_by = models.CharField(_("実施者"), max_length=60)
    finished_at = models.DateTimeField(_("完了日時"), null=True)
    counts = models.JSONField(_("件数"))
    items = models.JSONField(_("消去したもの"))
    digest = models.CharField(max_length=64)
    # Rows that went, by model: what belongs to a record goes with it.
    rows = models.JSONField(default=dict)
    # Data keys destroyed with the years whose last record went.
    keys = models.JSONField(default=list)
    # The outside-storage file (外部保管用ファイル): its parts with records and SHA-256, if any.
    archive = models.JSONField(default=dict)
    # The proof of absence: what was searched, and what was found all the same.
    proof = models.JSONField(default=dict)
    # What of it stays in backups that are older, and until when.
    backups = models.JSONField(default=dict)

    class Meta:
        verbose_name = "消去証明"

    def __str__(self) -> str:
        return f"erasure {self.pk}"
