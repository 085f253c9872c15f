"""Revocation lists (失効リスト): each kept whole as evidence, its entries indexed by serial."""

from django.db import models
from django.db.models import Q

# A serial has up to 20 octets, a list's number as well: 49 digits.
DIGITS = 50


class RevocationList(models.Model):
    """Revocation list (失効リスト): a list whose signature was checked when it was taken in.

    `scope` names the part of the authority's certificates that the list covers, as a digest; of
    each authority and scope one list is current, and those before it are superseded.
    """

    issuer_key_id = models.CharField(max_length=80)
    scope = models.CharField(max_length=64, blank=True)
    points = models.JSONField(default=list)
    complete = models.BooleanField()
    number = models.DecimalField(max_digits=DIGITS, decimal_places=0)
    this_update = models.DateTimeField()
    next_update = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()
    entry_count = models.PositiveIntegerField()
    origin = models.CharField(max_length=200)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=60)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "失効リスト"
        constraints = [
            models.UniqueConstraint(
                fields=["issuer_key_id", "scope"],
                condition=Q(superseded_at__isnull=True),
                name="list_once_current",
            )
        ]
        indexes = [models.Index(fields=["imported_at"], name="list_by_import")]

    def __str__(self) -> str:
        return f"revocation list {self.number}"


class RevokedCertificate(models.Model):
    """Entry of a list (失効証明書). One index, serial first, finds it.

    No constraint is checked row by row while a list of 100,000 is copied in: lists and entries are
    written and removed together, by one module, under one lock.
    """

    pk = models.CompositePrimaryKey("serial", "revocation_list")
    serial = models.DecimalField(max_digits=DIGITS, decimal_places=0)
    revocation_list = models.ForeignKey(
        RevocationList, models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    revoked_at = models.DateTimeField()
    reason = models.CharField(max_length=30, blank=True)

    class Meta:
        verbose_name = "失効証明書"

    def __str__(self) -> str:
        return f"revoked {self.serial}"


class Arrival(models.Model):
    """Arrival (失効リストの到着記録): what became of a file, refused ones included."""

    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    modified_ns = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=1)
    looked_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = "失効リストの到着記録"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "sha256", "modified_ns"], name="arrival_once_per_file"
            )
        ]

    def __str__(self) -> str:
        return f"arrival {self.name}: {self.outcome}"
