"""Papers (添付書類) of a case: what is said of each. Their bytes stay in the untouched original."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from papers import TOPICS
from review import year_keys


class Paper(models.Model):
    """Paper (添付書類): a file of a case's original. Nobody sees it before it was found clean."""

    class Scan(models.TextChoices):
        """What this zone's own scanner said (ウイルス検査)."""

        WAITING = "waiting", _("検査待ち")
        CLEAN = "clean", _("検査済み")
        INFECTED = "infected", _("隔離(ウイルスを検出)")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="papers")
    number = models.PositiveSmallIntegerField(_("番号"))
    file = models.CharField(max_length=120)
    sealed_name = models.BinaryField()
    topic = models.CharField(max_length=20)
    kind = models.CharField(max_length=4)
    pages = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # What the portal's scanner had said, as the package tells; this zone asks its own.
    scanned_outside_at = models.DateTimeField()
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.WAITING)
    scan_detail = models.CharField(max_length=100, blank=True, default="")
    scanned_at = models.DateTimeField(null=True)
    scan_due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "添付書類"
        ordering = ["number"]
        indexes = [
            models.Index(
                fields=["scan_due_at"],
                name="case_paper_scan_due",
                condition=Q(scan_due_at__isnull=False),
            ),
            models.Index(fields=["case"], name="case_paper_held", condition=~Q(scan="clean")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="paper_number_once_per_case"),
            models.CheckConstraint(
                condition=Q(scan="waiting", scanned_at=None, scan_due_at__isnull=False)
                | ~Q(scan="waiting") & Q(scanned_at__isnull=False, scan_due_at=None),
                name="case_paper_waits_or_was_scanned",
            ),
        ]

    def __str__(self) -> str:
        return f"paper {self.pk}"

    def seal_name(self, name: str, *, tax_year: str) -> None:
        """Seal the file's name, which may name a person, under the key of its year."""
        self.sealed_name = year_keys.encrypt(name.encode(), tax_year=tax_year, row=self._row_name)

    @property
    def name(self) -> str:
        """The name that the resident's file had."""
        return year_keys.decrypt(bytes(self.sealed_name), row=self._row_name).decode()

    @property
    def _row_name(self) -> str:
        return f"paper:name:{self.pk}"

    @property
    def topic_label(self) -> str:
        return TOPICS.get(self.topic, TOPICS["other"])

    @property
    def may_be_opened(self) -> bool:
        return self.scan == self.Scan.CLEAN

    @property
    def scan_kind(self) -> str:
        """How the badge of the scan looks."""
        return {"clean": "success", "waiting": "warning"}.get(self.scan, "error")
