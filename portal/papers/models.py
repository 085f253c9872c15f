"""The table of papers (添付書類). Content, picture and name are sealed like a draft's answers."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from papers import Kind
from portal.sealing import seal, seal_bytes, unseal, unseal_bytes


class Topic(models.TextChoices):
    """What a paper is about (書類の種類)."""

    SALARY = "salary", _("給与の源泉徴収票")
    PENSION = "pension", _("公的年金の源泉徴収票")
    MISC = "misc", _("副業などの収入が分かる書類")
    SOCIAL_INSURANCE = "social_insurance", _("社会保険料の証明書")
    LIFE = "life", _("生命保険料の控除証明書")
    EARTHQUAKE = "earthquake", _("地震保険料の控除証明書")
    MEDICAL = "medical", _("医療費の明細書や領収書")
    DISABILITY = "disability", _("障害者手帳や認定書")
    RELATIVES = "relatives", _("家族についての書類")
    AUTHORITY = "authority", _("代理権を示す書類(委任状など)")
    OTHER = "other", _("そのほかの書類")


class Paper(models.Model):
    """Paper (添付書類): one file beside a return. Sent, only its name and digest are left of it."""

    class Scan(models.TextChoices):
        """What the virus scanner said (ウイルス検査)."""

        WAITING = "waiting", _("検査待ち")
        CLEAN = "clean", _("検査済み")
        INFECTED = "infected", _("ウイルスを検出")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    draft = models.ForeignKey("portal.Draft", models.CASCADE, related_name="papers")
    # The submission that it was sent with; until then it belongs to what is being filled in.
    submission = models.ForeignKey(
        "portal.Submission", models.PROTECT, null=True, related_name="papers"
    )
    topic = models.CharField(_("書類の種類"), max_length=20, choices=Topic)
    kind = models.CharField(max_length=4, choices=[(Kind.PDF, "PDF"), (Kind.JPEG, "JPEG")])
    pages = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed_name = models.BinaryField()
    sealed = models.BinaryField(null=True)
    sealed_thumbnail = models.BinaryField(null=True)
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.WAITING)
    scanned_at = models.DateTimeField(null=True)
    scan_due_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "添付書類"
        ordering = ["added_at", "id"]
        indexes = [
            models.Index(
                fields=["scan_due_at"],
                name="paper_scan_due",
                condition=Q(scan_due_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "sha256"],
                name="paper_once_per_return",
                condition=Q(submission__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(submission__isnull=True) | Q(sealed=None, scan="clean"),
                name="paper_sent_is_clean_and_erased",
            ),
            models.CheckConstraint(
                condition=Q(submission__isnull=False)
                | Q(scan="infected", sealed=None)
                | ~Q(scan="infected") & Q(sealed__isnull=False),
                name="paper_held_until_sent_unless_infected",
            ),
            models.CheckConstraint(
                condition=Q(scan="waiting", scanned_at=None, scan_due_at__isnull=False)
                | ~Q(scan="waiting") & Q(scanned_at__isnull=False, scan_due_at=None),
                name="paper_waits_or_was_scanned",
            ),
            models.CheckConstraint(
                condition=Q(turn__in=[0, 90, 180, 270], pages__gte=1, size__gte=1),
                name="paper_has_a_shape",
            ),
        ]

    def __str__(self) -> str:
        return f"paper {self.pk}"

    @property
    def name(self) -> str:
        """The name that the resident's file had."""
        opened = unseal(bytes(self.sealed_name), table="paper", column="name", row=self.pk)
        return str(opened["name"])

    @name.setter
    def name(self, value: str) -> None:
        self.sealed_name = seal({"name": value}, table="paper", column="name", row=self.pk)

    @property
    def content(self) -> bytes:
        """The bytes as they are sent; ValueError once they are erased."""
        if self.sealed is None:
            raise ValueError("the bytes of this paper are erased")
        return unseal_bytes(bytes(self.sealed), table="paper", column="content", row=self.pk)

    @content.setter
    def content(self, value: bytes) -> None:
        self.sealed = seal_bytes(value, table="paper", column="content", row=self.pk)

    @property
    def thumbnail(self) -> bytes:
        """A small picture of the first page, b"" once it is erased."""
        if self.sealed_thumbnail is None:
            return b""
        stored = bytes(self.sealed_thumbnail)
        return unseal_bytes(stored, table="paper", column="thumbnail", row=self.pk)

    @thumbnail.setter
    def thumbnail(self, value: bytes) -> None:
        self.sealed_thumbnail = seal_bytes(value, table="paper", column="thumbnail", row=self.pk)

    @property
    def scan_kind(self) -> str:
        """How the badge of the scan looks."""
        return {"clean": "success", "waiting": "warning"}.get(self.scan, "error")

    def erase(self) -> None:
        """Forget the pages; the name and the digest stay for the resident's own view."""
        self.sealed = self.sealed_thumbnail = None
