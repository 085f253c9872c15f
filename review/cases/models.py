"""Cases (申請案件) and originals (原本): what arrived, untouched, and how it is being handled."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from filing.package import Package, read_package
from review import year_keys
from review.cases.bodies import OriginalBody, body_of
from review.cases.clock import target_of
from review.cases.records import Amendment, Export, Note, SavedFilter, Tick
from review.cases.states import FINAL, State

__all__ = [
    "Amendment",
    "Case",
    "Export",
    "Note",
    "Original",
    "OriginalBody",
    "SavedFilter",
    "Tick",
]

DECIDED = [State.ACCEPTED, State.IMPORTED, State.CLOSED]
SETTLED = sorted(FINAL)
# It is known who filed: by a valid signature, or by documents that the office saw (書面).
AUTHENTIC = ["TOTAL_PASSED", "ON_PAPER"]


class Original(models.Model):
    """Original (原本): the package exactly as received. The database refuses to change it.

    The bytes hold a 個人番号; sealed to this row they lie apart (`bodies.py`), in their year's part
    of the table. `sha256` is that of the bytes themselves.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    message_id = models.UUIDField(unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    sealed_sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = "原本"

    def __str__(self) -> str:
        return f"original {self.pk}"

    @classmethod
    def keep(cls, package: bytes, *, tax_year: str, **about: Any) -> "Original":
        """Store what was received, its bytes sealed under the key of their year."""
        with transaction.atomic(savepoint=False):
            sha256 = hashlib.sha256(package).hexdigest()
            made = cls.objects.create(sha256=sha256, size=len(package), **about)
            sealed = year_keys.encrypt(package, tax_year=tax_year, row=_row_name(made.pk))
            OriginalBody.objects.create(original_id=made.pk, tax_year=tax_year, sealed=sealed)
        return made

    @property
    def sealed(self) -> bytes:
        """Return the bytes as they lie in the database."""
        return body_of(self.pk)

    def package_bytes(self) -> bytes:
        """Return the bytes as they were received."""
        return self.opened(self.pk, self.sealed)

    @staticmethod
    def opened(pk: UUID, sealed: bytes) -> bytes:
        """Open the bytes of an original as they lie in the database."""
        return year_keys.decrypt(sealed, row=_row_name(pk))

    def package(self) -> Package:
        return read_package(self.package_bytes())


def _row_name(pk: UUID) -> str:
    return f"original:content:{pk}"


class Case(models.Model):
    """Case (申請案件): one version of one filing on its way through the office."""

    class Verdict(models.TextChoices):
        PASSED = "TOTAL_PASSED", _("有効")
        FAILED = "TOTAL_FAILED", _("無効")
        INDETERMINATE = "INDETERMINATE", _("確認中")
        ON_PAPER = "ON_PAPER", _("書面(本人確認済み)")

    class Channel(models.TextChoices):
        """How the return came in (受付の方法)."""

        ONLINE = "online", _("電子申請")
        COUNTER = "counter", _("窓口")
        POST = "post", _("郵送")

    class Match(models.TextChoices):
        """How the filer was identified (突合方法)."""

        CERTIFICATE = "certificate", _("証明書の発行番号")
        NUMBER = "number", _("個人番号")
        PERSON = "person", _("職員の確認")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    procedure = models.CharField(max_length=40)
    channel = models.CharField(
        _("受付の方法"),
        max_length=8,
        choices=Channel,
        default=Channel.ONLINE,
        db_default=Channel.ONLINE,
    )
    tax_year = models.CharField(_("課税年度"), max_length=4)
    receipt_number = models.CharField(_("受付番号"), max_length=14)
    filing_id = models.UUIDField()
    version = models.PositiveIntegerField(_("版"))
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="next_versions")
    original = models.OneToOneField(Original, models.PROTECT, related_name="case")
    submitted_at = models.DateTimeField(_("受付日時"))
    received_at = models.DateTimeField(_("到達日時"))
    # Set with the row and moved on when the clock stood still: the queue is ordered by it.
    target_at = models.DateTimeField(_("処理期限"))
    paused_at = models.DateTimeField(null=True)

    state = models.CharField(_("状態"), max_length=24, choices=State, default=State.RECEIVED)
    state_changed_at = models.DateTimeField()
    # Counts every change: an action names the revision that its page showed.
    revision = models.PositiveIntegerField(default=1)
    outward_stage = models.CharField(max_length=24, blank=True, default="")
    # When the batch looks next; empty where a person has to act.
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, default="")

    verdict = models.CharField(max_length=20, choices=Verdict, blank=True, default="")
    verdict_reason = models.CharField(max_length=60, blank=True, default="")
    verdict_message = models.CharField(max_length=300, blank=True, default="")
    verified_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict)
    certificate_issuer = models.CharField(max_length=80, blank=True, default="")
    certificate_serial = models.CharField(max_length=64, blank=True, default="")

    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, null=True, related_name="cases"
    )
    match_method = models.CharField(max_length=12, choices=Match, blank=True, default="")
    candidates = models.JSONField(default=list)
    checks = models.JSONField(default=list)
    # 1月1日 in another municipality: 回送, never import.
    forward = models.BooleanField(default=False)
    forwarded_to = models.CharField(
        _("回送先"), max_length=60, blank=True, default="", db_default=""
    )

    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="assigned_cases"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="proposed_cases"
    )
    proposed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="confirmed_cases"
    )
    confirmed_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")
    correction_fields = models.JSONField(default=list)
    correction_message = models.TextField(blank=True, default="")
    correction_due_on = models.DateField(null=True)
    # Why the case must not be erased (消去の保留); `put_aside` is why nobody works on it now.
    hold = models.CharField(_("消去しない理由"), max_length=200, blank=True, default="")
    put_aside = models.CharField(_("保留の理由"), max_length=200, blank=True, default="")
    put_aside_until = models.DateField(_("保留の期限"), null=True)
    # While the person in charge has the case open, nobody takes it from under their hands.
    editing_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "申請案件"
        indexes = [
            models.Index(fields=["target_at", "id"], name="case_queue"),
            models.Index(fields=["state", "target_at", "id"], name="case_queue_by_state"),
            models.Index(
                fields=["tax_year", "state", "target_at", "id"], name="case_queue_by_year"
            ),
            models.Index(fields=["procedure"], name="case_by_procedure"),
            models.Index(
                fields=["assigned_to", "target_at", "id"],
                name="case_mine",
                condition=~Q(state__in=SETTLED),
            ),
            models.Index(
                fields=["state", "state_changed_at"],
                name="case_open",
                condition=~Q(state__in=SETTLED),
            ),
            # What the counts of 今日 and of the queue ask for, so that none reads all open cases.
            models.Index(
                fields=["target_at"],
                name="case_late",
                condition=~Q(state__in=SETTLED) & Q(paused_at__isnull=True),
            ),
            models.Index(
                fields=["id"],
                name="case_held",
                condition=~Q(state__in=SETTLED) & ~Q(put_aside=""),
            ),
            models.Index(
                fields=["attempts"],
                name="case_tried",
                condition=~Q(state__in=SETTLED) & Q(attempts__gte=1),
            ),
            models.Index(fields=["due_at"], name="case_due", condition=Q(due_at__isnull=False)),
            # The filters that name few cases: a search through all of them would find these last.
            models.Index(
                fields=["verdict", "target_at", "id"],
                name="case_queue_by_verdict",
                condition=~Q(verdict="TOTAL_PASSED"),
            ),
            models.Index(
                fields=["match_method", "target_at", "id"],
                name="case_queue_by_match",
                condition=~Q(match_method="certificate"),
            ),
            models.Index(
                fields=["channel", "target_at", "id"],
                name="case_queue_by_channel",
                condition=~Q(channel="online"),
            ),
            models.Index(fields=["received_at"], name="case_by_arrival"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt_number", "version"], name="case_once_per_receipt_and_version"
            ),
            models.UniqueConstraint(
                fields=["filing_id", "version"], name="case_once_per_filing_and_version"
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="case_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_at__isnull=True)
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="case_proposal_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    proposed_by__isnull=False,
                ),
                name="case_confirmation_has_who_when_and_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED)
                | Q(
                    confirmed_by__isnull=False,
                    addressee__isnull=False,
                    verdict__in=AUTHENTIC,
                    forward=False,
                ),
                name="case_decided_with_evidence",
            ),
            models.CheckConstraint(
                condition=Q(channel="online") & ~Q(verdict="ON_PAPER")
                | ~Q(channel="online") & Q(verdict__in=["", "ON_PAPER"]),
                name="case_verdict_fits_its_channel",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["awaiting_confirmation", "awaiting_rejection"])
                | Q(proposed_by__isnull=False),
                name="case_awaiting_has_a_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | Q(confirmed_by__isnull=False),
                name="case_rejected_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="forwarded") | ~Q(forwarded_to=""),
                name="case_forwarded_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(put_aside="", put_aside_until__isnull=True)
                | ~Q(put_aside="") & Q(put_aside_until__isnull=False),
                name="case_put_aside_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.receipt_number} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; a new one gets its 処理期限 from the moment of its arrival."""
        if self.target_at is None:
            self.target_at = target_of(self.received_at)
        super().save(*args, **kwargs)

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more happens with this case."""
        return self.state in FINAL

    @property
    def is_authentic(self) -> bool:
        """Tell whether it is known who filed (本人確認が済んでいるか)."""
        return self.verdict in AUTHENTIC

    @property
    def is_imported(self) -> bool:
        """Tell whether the return counts in the assessment already (取込済・完了)."""
        return self.state in (State.IMPORTED, State.CLOSED)

    @property
    def is_paper(self) -> bool:
        """Tell whether the return came on paper: nobody reads messages about it in the portal."""
        return self.channel != self.Channel.ONLINE

    @property
    def subject(self) -> str:
        """Return how the audit log names this case."""
        return f"case:{self.receipt_number}:{self.version}"
