"""Forwarding (回送): documents of other municipalities' people, and to whom they went."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.cases.models import Case
from review.outgoing import Outgoing
from review.sources.models import Arrival


class Forwarding(Outgoing):
    """Forwarding (回送): what goes to one municipality together; another person confirms it.

    The originals stay. The file is written when it is taken, and `sha256` says what was written.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("確認待ち")
        CONFIRMED = "confirmed", _("確認済み")
        SENT = "sent", _("回送済み")
        DROPPED = "dropped", _("取りやめ")

    number = models.BigAutoField(_("回送番号"), primary_key=True)
    municipality = models.CharField(_("回送先"), max_length=60)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PROPOSED)
    sent_at = models.DateTimeField(_("回送日時"), null=True)

    class Meta:
        verbose_name = "回送"
        constraints = Outgoing.Meta.constraints

    def __str__(self) -> str:
        return f"forwarding {self.number}"

    @property
    def subject(self) -> str:
        """Return how the audit log names it."""
        return f"forwarding:{self.number}"


class ForwardedItem(models.Model):
    """Forwarded document (回送する資料): a return, or a line of a payer's file."""

    forwarding = models.ForeignKey(Forwarding, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="forwarded_items")
    arrival = models.ForeignKey(Arrival, models.CASCADE, null=True, related_name="forwarded_items")
    line = models.PositiveIntegerField(_("行"), null=True)
    # False once its forwarding was given up: the document waits for another.
    holds = models.BooleanField(default=True)

    class Meta:
        verbose_name = "回送する資料"
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(holds=True), name="forwarded_case_once"
            ),
            models.UniqueConstraint(
                fields=["arrival", "line"], condition=Q(holds=True), name="forwarded_line_once"
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False, arrival__isnull=True, line__isnull=True)
                | Q(case__isnull=True, arrival__isnull=False, line__isnull=False),
                name="forwarded_item_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.pk} of forwarding {self.forwarding_id}"
