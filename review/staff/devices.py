"""Security keys (職員証): the device that a person holds, as the second factor of the log-in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from fido2.webauthn import AttestedCredentialData


class SecurityKey(Device):
    """Security key (職員証): registered by its holder, good once an administrator approved it.

    Only public material is kept. `confirmed` (django-otp's own) is true while the key counts.
    """

    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    # Grows with each use where the key counts; one that stands still or falls was copied.
    sign_count = models.BigIntegerField(default=0)
    requested_by = models.CharField(max_length=20)
    requested_at = models.DateTimeField()
    approved_by = models.CharField(max_length=20, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    decision = models.CharField(_("決裁番号"), max_length=40, blank=True, default="")
    revoked_by = models.CharField(max_length=20, blank=True, default="")
    revoked_at = models.DateTimeField(null=True)

    class Meta(Device.Meta):
        verbose_name = "職員証"
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("requested_by")), name="key_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(approved_by="", approved_at__isnull=True)
                | ~Q(approved_by="") & ~Q(decision="") & Q(approved_at__isnull=False),
                name="key_approval_has_who_when_and_decision",
            ),
            models.CheckConstraint(
                condition=Q(confirmed=False)
                | Q(approved_at__isnull=False, revoked_at__isnull=True),
                name="key_counts_only_when_approved",
            ),
        ]

    @property
    def public(self) -> AttestedCredentialData:
        return AttestedCredentialData(bytes(self.credential))
