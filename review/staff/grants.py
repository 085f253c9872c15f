"""Rights (アクセス権限): a role from a day to a day, by a decision (決裁) and two people."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from review.staff.roles import PERSONAL_ROLES, Role


class RoleGrant(models.Model):
    """Grant (権限の付与): asked for by one person, approved by another, neither the receiver.

    Rows are kept when a right ends: the access table of any past day can be made again.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField(_("権限"), max_length=12, choices=Role)
    procedure = models.CharField(_("手続"), max_length=40, blank=True, default="")
    # Where named, the right holds only while the person works there: a transfer ends it by itself.
    department = models.CharField(_("部署"), max_length=100, blank=True, default="")
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"), null=True)
    decision = models.CharField(_("決裁番号"), max_length=40)
    requested_by = models.CharField(max_length=60)
    requested_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True, default="")
    revoked_at = models.DateTimeField(null=True)
    revoked_decision = models.CharField(_("取消しの決裁番号"), max_length=40, blank=True)

    class Meta:
        verbose_name = "権限の付与"
        indexes = [models.Index(fields=["role", "member"], name="grant_by_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in PERSONAL_ROLES]),
                name="grant_is_personal",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("requested_by")), name="grant_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(approved_by="", approved_at__isnull=True)
                | ~Q(approved_by="") & Q(approved_at__isnull=False),
                name="grant_approval_has_who_and_when",
            ),
            models.CheckConstraint(condition=~Q(decision=""), name="grant_has_a_decision"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_by="") & ~Q(revoked_decision=""),
                name="grant_revocation_has_who_and_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"

    @classmethod
    def active(cls, day: date) -> models.QuerySet["RoleGrant"]:
        """Return the rights that hold on a day, in the department where each person works now."""
        return cls.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            Q(department="") | Q(department=F("member__department")),
            approved_at__isnull=False,
            revoked_at__isnull=True,
            starts_on__lte=day,
        )
