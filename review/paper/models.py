"""Paper returns being entered (書面の申告の入力), before they become cases."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

import filing
from filing import Return
from review import year_keys
from review.cases.models import Case
from review.sealed_fields import SealedTextField


class PaperEntry(models.Model):
    """Paper entry (入力票): a return on paper as one person typed it, until another checked it.

    The typed return holds a 個人番号 and is sealed to this row; it is emptied when the case is
    opened (the original holds it then) or the entry is cancelled.
    """

    class State(models.TextChoices):
        ENTERED = "entered", _("確認待ち")
        RETURNED = "returned", _("差戻し")
        REGISTERED = "registered", _("登録済み")
        CANCELLED = "cancelled", _("取消し")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    channel = models.CharField(_("受付の方法"), max_length=8, choices=Case.Channel)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    received_on = models.DateField(_("受領日"))
    # A later version of a paper return that is here already; empty for a new one.
    corrects = models.ForeignKey(Case, models.PROTECT, null=True, related_name="paper_corrections")
    identity = models.JSONField(_("本人確認"))
    # What the office itself looked up (庁内連携・住基ネット): source, result, who, when.
    lookup = models.JSONField(default=dict)
    sealed = models.BinaryField()
    state = models.CharField(_("状態"), max_length=12, choices=State, default=State.ENTERED)
    comment = SealedTextField(
        max_length=300, blank=True, default="", year="tax_year", row="paper-comment:{id}"
    )
    revision = models.PositiveIntegerField(default=1)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="paper_entered"
    )
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="paper_decided"
    )
    decided_at = models.DateTimeField(null=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="paper")

    class Meta:
        verbose_name = "入力票"
        indexes = [models.Index(fields=["state", "entered_at"], name="paper_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("entered_by")), name="paper_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="paper_decision_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["entered", "returned"], case__isnull=True)
                | Q(state="cancelled", case__isnull=True, decided_by__isnull=False, sealed=b"")
                | Q(state="registered", case__isnull=False, decided_by__isnull=False, sealed=b""),
                name="paper_state_has_its_evidence",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["counter", "post"]), name="paper_came_on_paper"
            ),
            models.CheckConstraint(
                condition=~Q(identity__number="") & ~Q(identity__documents=[]),
                name="paper_identity_was_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"paper entry {self.pk}"

    def seal(self, document: Return) -> None:
        """Keep the typed return under the key of its year."""
        xml = filing.write_xml(document)
        self.sealed = year_keys.encrypt(xml, tax_year=self.tax_year, row=self._row_name)

    def document(self) -> Return:
        """Return what was typed; only while the entry is open."""
        return filing.read_xml(year_keys.decrypt(bytes(self.sealed), row=self._row_name))

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.ENTERED, self.State.RETURNED)

    @property
    def subject(self) -> str:
        """Return how the audit log names this entry."""
        return f"paper:{self.pk}"

    @property
    def _row_name(self) -> str:
        return f"paper_entry:content:{self.pk}"
