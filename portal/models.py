"""The portal's tables. What a resident answers is sealed; facts of a receipt stand in the open."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.interview.model import place_of
from portal.interview.versions import carried_over
from portal.mails.models import AccountMail
from portal.papers.models import Paper
from portal.sealing import seal, unseal

__all__ = [
    "AccountMail",
    "Draft",
    "Event",
    "Notice",
    "Paper",
    "PinFailures",
    "PreparedSignature",
    "ReceiptCounter",
    "Resident",
    "StatusMessage",
    "Submission",
]


class ResidentManager(BaseUserManager["Resident"]):
    """Makes accounts; allauth calls it at sign-up."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "Resident":
        resident = self.model(email=self.normalize_email(email) or None, **extra)
        resident.set_password(password)
        resident.save(using=self._db)
        return resident


class Resident(AbstractBaseUser):
    """Account (利用者): who logs in. The person's name comes from the card, never from here.

    `email` is an address whose mailbox has answered. `asked_email` is one that was only typed. With
    a password it is what its holder logs in with, and several accounts may have typed the same;
    otherwise it counts for nothing, and goes with the link (purge).
    """

    email = models.EmailField(_("メールアドレス"), unique=True, null=True)
    asked_email = models.EmailField(blank=True, default="", db_default="")
    asked_at = models.DateTimeField(null=True)
    # A keyed fold of the person, see services/same_person.py; empty before a card was read.
    person = models.CharField(max_length=32, blank=True, default="", db_default="", db_index=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    wants_reminders = models.BooleanField(_("期限の前にメールを受け取る"), default=False)
    # The language that was chosen last, for mails and other devices; empty is Japanese.
    language = models.CharField(_("言語"), max_length=10, blank=True, default="")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[ResidentManager] = ResidentManager()

    class Meta:
        verbose_name = "利用者"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="resident_email_once_in_any_case")
        ]

    def __str__(self) -> str:
        return f"resident {self.pk}"

    @property
    def mailbox(self) -> str:
        """Where notices go, "" for nowhere: what was typed serves whoever logs in with it."""
        typed = self.asked_email if self.has_usable_password() else ""
        return self.email or typed


def has_mailbox(prefix: str = "") -> models.Q:
    """Return the condition of `Resident.mailbox`; `prefix` leads to the resident ("resident__")."""
    typed = ~models.Q(**{f"{prefix}asked_email": ""})
    opens = ~models.Q(**{f"{prefix}password__startswith": UNUSABLE_PASSWORD_PREFIX})
    return models.Q(**{f"{prefix}email__isnull": False}) | (typed & opens)


class Draft(models.Model):
    """Draft (作成中の申告): one per resident, person and year, sealed, safe against old tabs.

    `whose` is empty for the resident's own return; where they act for another person (代理人) it
    stands for that person without telling who it is.
    """

    class State(models.TextChoices):
        OPEN = "open", _("作成中")
        SUBMITTED = "submitted", _("送信済み")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="drafts")
    tax_year = models.CharField(_("課税年度"), max_length=4)
    whose = models.SlugField(max_length=16, blank=True, default="", db_default="", db_index=False)
    filing_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)
    form_version = models.CharField(max_length=20)
    purpose_version = models.CharField(max_length=20)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "作成中の申告"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "tax_year", "whose"], name="draft_one_per_person_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"

    @property
    def place(self) -> str:
        """The draft's name in addresses: the year, and whose it is unless it is one's own."""
        return place_of(self.tax_year, self.whose)

    @property
    def content(self) -> dict[str, Any]:
        return carried_over(
            unseal(bytes(self.sealed), table="draft", column="content", row=self.pk)
        )

    @content.setter
    def content(self, value: dict[str, Any]) -> None:
        self.sealed = seal(value, table="draft", column="content", row=self.pk)


class PreparedSignature(models.Model):
    """Prepared signature (署名準備): the document between "prepare" and "submit" of one signing."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    draft = models.OneToOneField(Draft, models.CASCADE, related_name="prepared")
    draft_version = models.PositiveIntegerField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "署名準備"

    def __str__(self) -> str:
        return f"prepared signature {self.pk}"

    @property
    def content(self) -> dict[str, Any]:
        return unseal(bytes(self.sealed), table="prepared", column="content", row=self.pk)

    @content.setter
    def content(self, value: dict[str, Any]) -> None:
        self.sealed = seal(value, table="prepared", column="content", row=self.pk)


class PinFailures(models.Model):
    """Wrong PINs (暗証番号の誤り) that the page reported for one card of one resident."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="pin_failures")
    certificate_sha256 = models.CharField(max_length=64)
    count = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "暗証番号の誤り"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "certificate_sha256"], name="pin_failures_once_per_card"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} wrong PINs"


class ReceiptCounter(models.Model):
    """Counter (受付番号の連番): one row a year, locked while a receipt number is given out."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "受付番号の連番"

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Submission(models.Model):
    """Submission (申請): the receipt's facts, the answers without numbers, and how it stands."""

    class State(models.TextChoices):
        PROCESSING = "processing", _("処理中")
        NEEDS_CORRECTION = "needs_correction", _("要訂正")
        COMPLETED = "completed", _("完了")
        CLOSED = "closed", _("取下げ・却下")
        INTAKE_ERROR = "intake_error", _("受付エラー")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="submissions")
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="submissions")
    draft_version = models.PositiveIntegerField()
    tax_year = models.CharField(_("課税年度"), max_length=4)
    filing_id = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    receipt_number = models.CharField(_("受付番号"), max_length=14)
    message_id = models.UUIDField(unique=True)
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(_("受付日時"))
    sealed = models.BinaryField()
    erased_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, choices=State, default=State.PROCESSING)
    stage = models.CharField(max_length=24, default="submitted")
    last_sequence = models.PositiveIntegerField(default=0)
    withdrawal_asked_at = models.DateTimeField(_("取下げの申出"), null=True)

    class Meta:
        verbose_name = "申請"
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "draft_version"], name="submission_once_per_draft_version"
            ),
            models.UniqueConstraint(
                fields=["filing_id", "version"], name="submission_once_per_filing_version"
            ),
            models.UniqueConstraint(
                fields=["receipt_number", "version"], name="submission_once_per_receipt_version"
            ),
        ]

    def __str__(self) -> str:
        return f"submission {self.receipt_number}"

    @property
    def content(self) -> dict[str, Any]:
        return carried_over(
            unseal(bytes(self.sealed), table="submission", column="content", row=self.pk)
        )

    @content.setter
    def content(self, value: dict[str, Any]) -> None:
        self.sealed = seal(value, table="submission", column="content", row=self.pk)


class StatusMessage(models.Model):
    """Status (処理状況): one notice from the office about a submission, by sequence."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="statuses")
    sequence = models.PositiveIntegerField()
    # A message brings what happened at once: its statuses have one sequence, and places in it.
    place = models.PositiveSmallIntegerField(default=0)
    message_id = models.UUIDField()
    state = models.CharField(max_length=20, choices=Submission.State)
    stage = models.CharField(max_length=24)
    message = models.TextField(blank=True)
    fields = models.JSONField(default=list)
    due_on = models.DateField(null=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = "処理状況"
        ordering = ["sequence", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "sequence", "place"], name="status_once_per_place"
            ),
            models.UniqueConstraint(fields=["message_id", "place"], name="status_once_per_message"),
        ]

    def __str__(self) -> str:
        return f"{self.submission} {self.stage}"


class Notice(models.Model):
    """Mail to a resident (お知らせメール): the row is the order to send it, `sent_at` the proof."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("受け付けました")
        NEEDS_CORRECTION = "needs_correction", _("訂正のお願い")
        COMPLETED = "completed", _("手続きが終わりました")
        CLOSED = "closed", _("受け付けられませんでした")
        INTAKE_ERROR = "intake_error", _("受け付けられませんでした。もう一度申告してください")
        WITHDRAWN = "withdrawn", _("取下げを受け付けました")
        FORWARDED = "forwarded", _("ほかの市区町村へ回送しました")
        DELAYED = "delayed", _("市役所への到着が遅れています")
        REMINDER = "reminder", _("申告の期限が近づきました")
        EXPIRING = "expiring", _("作成中の申告がもうすぐ消えます")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="notices")
    # None for a reminder, which is about a year and not about a filing.
    submission = models.ForeignKey(Submission, models.CASCADE, null=True, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind)
    # What a mail must not be sent twice for, such as "R9:14" (days before the deadline).
    once = models.CharField(max_length=20, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When it is tried next; empty once it is sent or given up.
    due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "お知らせメール"
        indexes = [
            models.Index(
                fields=["due_at"],
                name="notice_due",
                condition=models.Q(due_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind", "once"],
                name="notice_reminder_once",
                condition=~models.Q(once=""),
            )
        ]

    def __str__(self) -> str:
        return f"notice {self.kind}"


class Event(models.Model):
    """Record of writes (操作記録): who did what when, without contents; outlives what it names."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=60)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = "操作記録"

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.subject}"
