"""Forwarding (回送): documents of other municipalities' people, and to whom they went."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.cases.models import Case
from review.deciding import Outgoing, Proposal, outgoing_constraints
from review.sources.models import Arrival, Entry


class ForwardingDecision(Proposal):
    """Decision to forward (回送の決定): one document, to whom; two people, and back until it left.

    A return stays under review until its 回送 is sent: taken back, it is as if nothing had been.
    """

    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="forwarding_decisions")
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="forwarding_decisions")
    municipality = models.CharField(_("回送先"), max_length=60)
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "回送の決定"
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(state="dropped") & Q(retracted_at__isnull=True),
                name="forwarding_decision_one_of_a_case",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=~Q(state="dropped") & Q(retracted_at__isnull=True),
                name="forwarding_decision_one_of_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False, entry__isnull=True)
                | Q(case__isnull=True, entry__isnull=False),
                name="forwarding_decision_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(retracted_at__isnull=True, retracted_by="")
                | Q(retracted_at__isnull=False, state="decided") & ~Q(retracted_by=""),
                name="forwarding_decision_retracted_says_who",
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk} to forward"


class Forwarding(Outgoing):
    """Forwarding (回送): what goes to one municipality together; another person confirms it.

    The originals stay.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("確認待ち")
        CONFIRMED = "confirmed", _("確認済み")
        SENT = "sent", _("回送済み")
        DROPPED = "dropped", _("取りやめ")

    number = models.BigAutoField(_("回送番号"), primary_key=True)
    municipality = models.CharField(_("回送先"), max_length=60)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PROPOSED)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True, default="")
    sent_at = models.DateTimeField(_("回送日時"), null=True)

    class Meta:
        verbose_name = "回送"
        constraints = outgoing_constraints("forwarding", allowed="confirmed", gone="sent")

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
