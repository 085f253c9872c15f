"""Proposals (起案): what one person puts forward and another decides; the row is the history."""

from datetime import datetime
from typing import TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review.errors import Refusal
from review.staff.actors import Actor


class Proposal(models.Model):
    """Proposal (起案): why, by whom, and who decided or dropped it when."""

    class State(models.TextChoices):
        PROPOSED = "proposed", gettext_lazy("確認待ち")
        DECIDED = "decided", gettext_lazy("決定")
        DROPPED = "dropped", gettext_lazy("取りやめ")

    why = models.CharField(gettext_lazy("理由"), max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="decided") | ~Q(decided_by=F("proposed_by")),
                name="%(class)s_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at__isnull=True, decided_by="")
                | ~Q(state="proposed") & Q(decided_at__isnull=False) & ~Q(decided_by=""),
                name="%(class)s_says_who_decided",
            ),
        ]


class Outgoing(models.Model):
    """Outgoing set (外に出すまとまり): put together by one, allowed by another, taken once.

    `sha256` says what was written; the content is made anew from its rows and not kept.
    """

    count = models.PositiveIntegerField(gettext_lazy("件数"))
    sha256 = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(gettext_lazy("作成日時"))
    made_by = models.CharField(max_length=60)

    class Meta:
        abstract = True


def outgoing_constraints(name: str, *, allowed: str, gone: str) -> list[models.BaseConstraint]:
    """Return what the database holds an outgoing set to, by the words of its own columns.

    `allowed` is the beginning of the two columns of the second person, `gone` that of the moment
    at which it left: nobody allows their own, and nothing leaves that nobody allowed.
    """
    at, by, left = f"{allowed}_at", f"{allowed}_by", f"{gone}_at"
    return [
        models.CheckConstraint(condition=~Q(made_by=F(by)), name=f"{name}_{allowed}_by_another"),
        models.CheckConstraint(
            condition=Q((f"{at}__isnull", True), (by, ""))
            | Q((f"{at}__isnull", False)) & ~Q((by, "")),
            name=f"{name}_{allowed}_says_who_and_when",
        ),
        models.CheckConstraint(
            condition=Q((f"{left}__isnull", True), ("sha256", ""))
            | Q((f"{left}__isnull", False), (f"{at}__isnull", False)) & ~Q(sha256=""),
            name=f"{name}_{gone}_only_when_{allowed}",
        ),
    ]


AnyProposal = TypeVar("AnyProposal", bound=Proposal)


def decide(
    proposal: AnyProposal, state: Proposal.State, *, by: Actor, now: datetime
) -> AnyProposal:
    """Lock a proposal and decide or drop it, in the caller's transaction; never one's own."""
    rows = type(proposal)._default_manager.select_for_update()
    locked = rows.get(pk=proposal.pk)
    if locked.state != Proposal.State.PROPOSED:
        raise Refusal(_("この起案は、すでに決定されたか取りやめられています。"))
    if state == Proposal.State.DECIDED and locked.proposed_by == by.id:
        raise Refusal(_("自分が起案したものを自分で確認することはできません。"))
    locked.state, locked.decided_by, locked.decided_at = state, by.id, now
    locked.save()
    return locked
