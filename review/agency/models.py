"""What staff confirm of a return that an agent filed (代理人の確認)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.cases.models import Case


class AgentCheck(models.Model):
    """Agent check (代理人の確認): one of the three things to confirm, by whom and how, once it is.

    The rows are made when the case is matched: a case that has some was filed by an agent, and is
    accepted only when every one of them is confirmed.
    """

    class Kind(models.TextChoices):
        """The three of 番号法16条 for an agent (代理人の本人確認)."""

        AUTHORITY = "authority", _("代理権")
        IDENTITY = "identity", _("代理人の身元")
        NUMBER = "number", _("本人の番号")

    case = models.ForeignKey(Case, models.CASCADE, related_name="agent_checks")
    kind = models.CharField(_("確認すること"), max_length=10, choices=Kind)
    # What it was confirmed by: a code of `ways` in services.py; empty until then.
    way = models.CharField(_("確認の方法"), max_length=24, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="agent_checks"
    )
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "代理人の確認"
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="agent_check_once_per_kind"),
            models.CheckConstraint(
                condition=Q(way="", by__isnull=True, at__isnull=True)
                | ~Q(way="") & Q(by__isnull=False, at__isnull=False),
                name="agent_check_has_way_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"agent check {self.kind}"
