"""Evidence (検証の証拠): what each verdict rests on, so that it can be given again years later."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.sealed_fields import SealedTextField


class Material(models.Model):
    """Material (検証資料): an anchor or a list, kept once however many verdicts rest on it."""

    class Kind(models.TextChoices):
        ANCHOR = "anchor", _("認証局の証明書")
        CRL = "crl", _("失効リスト")
        OCSP = "ocsp", _("失効の応答")
        STAMPER = "stamper", _("時刻認証局の証明書")

    sha256 = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind)
    # Empty for a list that lies in the zone's own table (review.revocation), which keeps it for us.
    content = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = "検証資料"

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class Evidence(models.Model):
    """Evidence (検証の証拠) of one case's verdict. The document itself is the case's original.

    `sha256` covers description and members; it stands in the audit log beside the verdict, and a
    time stamp, where an authority is configured, is about it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="verdict_evidence")
    description = models.JSONField()
    # Names the signer: sealed. The description has digests and times alone.
    report = SealedTextField(year="case__tax_year", row="evidence:{id}")
    sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    materials = models.ManyToManyField(Material, related_name="used_by")

    stamp = models.BinaryField(null=True)
    stamped_at = models.DateTimeField(null=True)
    # When the batch asks for a time stamp next; empty where none is wanted any more.
    stamp_due_at = models.DateTimeField(null=True)
    stamp_attempts = models.PositiveSmallIntegerField(default=0)
    stamp_trouble = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name = "検証の証拠"
        indexes = [
            models.Index(
                fields=["stamp_due_at"],
                name="evidence_stamp_due",
                condition=Q(stamp_due_at__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stamp__isnull=True, stamped_at__isnull=True)
                | Q(stamp__isnull=False, stamped_at__isnull=False, stamp_due_at__isnull=True),
                name="evidence_stamp_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"
