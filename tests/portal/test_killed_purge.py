"""A purge of the portal that the kernel kills at any step: all of it or nothing, then the rest."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from exchange import forget as forgetting
from exchange.models import OutboxMessage
from portal.models import Draft, Notice, Submission
from portal.services import retention
from tests import killing

MODULES = (retention, forgetting)
# A purge does not call these.
NO_STEPS = {"retention.warn", "retention._once"}
AS_OF = date(2035, 4, 1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def due(sato, yamada):
    """A filing of which the years are over, an idle draft whose owner was told, an old mail."""
    sato.is_ready_to_sign()
    pk = sato.files()
    OutboxMessage.objects.update(
        state="handed_over",
        hop_receipt="signed",
        handed_over_at=timezone.now(),
        confirmed_at=timezone.now(),
        final_receipt="signed",
        sealed=None,
    )
    yamada.signs_up().begins().reads_card()
    retention.warn(now=timezone.now() + timedelta(days=77))
    Notice.objects.update(due_at=None)
    return Submission.objects.get(pk=pk)


def purge():
    return retention.purge(AS_OF, dry_run=False, now=timezone.now())


def held():
    """Return what there is: drafts, whether the answers stand or are erased, orders of mails."""
    filed = Submission.objects.get()
    return (
        Draft.objects.filter(state="open").count(),
        bool(filed.content),
        filed.erased_at is not None,
        Notice.objects.count(),
    )


BEFORE, AFTER = (1, True, False, 2), (0, False, True, 0)


@pytest.mark.parametrize("step", killing.steps(MODULES, but=NO_STEPS))
def test_killed_at_a_step_all_of_it_is_done_or_nothing_and_the_next_one_ends_it(due, step):
    before = held()

    assert killing.killed(MODULES, step, "return", purge), f"{step} is no step of a purge"
    middle = held()
    killing.killed(MODULES, step, "call", purge)
    later = held()
    purge()

    assert before == BEFORE
    assert {middle, later} <= {BEFORE, AFTER}
    assert held() == AFTER
    assert (OutboxMessage.objects.count(), due.receipt_number) == (
        0, Submission.objects.get().receipt_number,
    )  # fmt: skip
