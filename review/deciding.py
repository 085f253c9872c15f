"""Proposals (起案): what one person puts forward and another decides; the row is the history."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar

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

    `sha256` says what was written; the content is made anew from its rows and not kept. `ALLOWED`
    is the state in which it may go out, and the beginning of the columns that say who allowed it.
    """

    ALLOWED: ClassVar[str] = "confirmed"

    if TYPE_CHECKING:
        state: models.CharField[str, str]

        def get_state_display(self) -> str: ...

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
AnyOutgoing = TypeVar("AnyOutgoing", bound=Outgoing)


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


def locked_in(outgoing: AnyOutgoing, *states: str) -> AnyOutgoing:
    """Lock an outgoing set that is in one of these states, in the caller's transaction."""
    rows = type(outgoing)._default_manager.select_for_update(no_key=True)
    locked = rows.get(pk=outgoing.pk)
    if locked.state not in states:
        named = {"state": locked.get_state_display(), "what": locked._meta.verbose_name}
        raise Refusal(_("「%(state)s」の%(what)sには、この操作はできません。") % named)
    return locked


def allow(locked: Outgoing, *, by: Actor, now: datetime) -> None:
    """Let a locked outgoing set go out (確認・承認): never who put it together."""
    what, word = locked._meta.verbose_name, locked.ALLOWED
    if by.id == locked.made_by:
        text = _("自分がまとめた%(what)sです。ほかの職員が確認します。")
        raise Refusal(text % {"what": what})
    given = {"state": word, f"{word}_by": by.id, f"{word}_at": now}
    for name, value in given.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(given))
