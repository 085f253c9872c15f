"""Rows of the mailbox. Ids and digests stay; sealed bodies go once they are handed over."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """Outgoing message (送信): written in the transaction of the thing it reports."""

    class State(models.TextChoices):
        DUE = "due", "送信待ち"
        HANDED_OVER = "handed_over", "受け渡し済み"
        NEEDS_PERSON = "needs_person", "要確認"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    destination = models.CharField(max_length=10)
    # Known to the zone that wrote the message; empty in the relay, which cannot see them.
    kind = models.CharField(max_length=20, blank=True)
    case_key = models.CharField(max_length=40, blank=True, db_index=True)
    sequence = models.PositiveIntegerField(default=0)

    sealed = models.BinaryField(null=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    state = models.CharField(max_length=20, choices=State, default=State.DUE)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    last_error = models.CharField(max_length=80, blank=True)
    handed_over_at = models.DateTimeField(null=True)
    hop_receipt = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    final_receipt = models.TextField(blank=True)
    # Failed for good, here or at the far end: a person has to look. Empty again once that helped.
    failed_at = models.DateTimeField(null=True)
    failure_code = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "送信"
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True) | ~Q(hop_receipt=""),
                name="outbox_handed_over_with_receipt",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | ~Q(final_receipt=""),
                name="outbox_confirmed_with_receipt",
            ),
            models.CheckConstraint(
                condition=Q(sealed__isnull=False) | Q(state="handed_over"),
                name="outbox_body_until_handed_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["destination", "due_at"], condition=Q(state="due"), name="outbox_due"
            )
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class InboxMessage(models.Model):
    """Arrived message (受信): its id is stored once, however often it comes."""

    class State(models.TextChoices):
        STORED = "stored", "処理待ち"
        DONE = "done", "処理済み"
        NEEDS_PERSON = "needs_person", "要確認"

    id = models.UUIDField(primary_key=True, editable=False)
    source = models.CharField(max_length=10)
    destination = models.CharField(max_length=10)
    kind = models.CharField(max_length=20, blank=True)
    case_key = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveIntegerField(default=0)

    sealed = models.BinaryField(null=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    received_at = models.DateTimeField()

    state = models.CharField(max_length=20, choices=State, default=State.STORED)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    last_error = models.CharField(max_length=80, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "受信"
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed__isnull=False) | Q(state="done"), name="inbox_body_until_done"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="stored"), name="inbox_due")]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Attempt(models.Model):
    """Attempt (試行): one try to hand over or to process a message, with its outcome."""

    message_id = models.UUIDField(db_index=True)
    step = models.CharField(max_length=12)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=80)

    class Meta:
        verbose_name = "試行"

    def __str__(self) -> str:
        return f"{self.step} {self.message_id}: {self.outcome}"


class CaseSequence(models.Model):
    """Order of a case's messages (順序): the last one written or handled, per direction."""

    class Direction(models.TextChoices):
        OUT = "out", "送信"
        IN = "in", "受信"

    direction = models.CharField(max_length=3, choices=Direction)
    peer = models.CharField(max_length=10)
    case_key = models.CharField(max_length=40)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "順序"
        constraints = [
            models.UniqueConstraint(
                fields=["direction", "peer", "case_key"], name="sequence_once_per_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.last}"


class SeenAssertion(models.Model):
    """Assertion already used (使用済みの証明): a second use of the same is refused."""

    jti = models.CharField(primary_key=True, max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "使用済みの証明"

    def __str__(self) -> str:
        return self.jti


class PeerContact(models.Model):
    """Sign of life (疎通): when a peer was last heard, by a request of its own or an answer."""

    peer = models.CharField(primary_key=True, max_length=10)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = "疎通"

    def __str__(self) -> str:
        return self.peer


class Comparison(models.Model):
    """Reconciliation (突合せ): what the three zones' accounts had to say to one another, and when.

    `differences` is a list of {message_id, problem, sender, receiver}; `unreachable` names zones
    whose account could not be had, so that the comparison is not whole.
    """

    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=64)
    messages = models.PositiveIntegerField()
    differences = models.JSONField(default=list)
    unreachable = models.JSONField(default=list)

    class Meta:
        verbose_name = "突合せ"

    def __str__(self) -> str:
        return f"comparison of {self.at:%Y-%m-%d %H:%M}"
