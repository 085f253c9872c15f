"""What goes out together (回送・発送): put together by one, confirmed by another, sent once."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Outgoing(models.Model):
    """Outgoing (回送・発送): who put it together, who confirmed, when it was sent and as what.

    It is written when it is taken, and `sha256` says what was written.
    """

    count = models.PositiveIntegerField(_("件数"))
    sha256 = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(_("作成日時"))
    made_by = models.CharField(max_length=60)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(made_by=F("confirmed_by")), name="%(class)s_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | Q(confirmed_at__isnull=False) & ~Q(confirmed_by=""),
                name="%(class)s_confirmation_has_who",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sha256="")
                | Q(sent_at__isnull=False, confirmed_at__isnull=False) & ~Q(sha256=""),
                name="%(class)s_sent_only_when_confirmed",
            ),
        ]
