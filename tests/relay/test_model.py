"""The protocol against a model: whatever fails in between, each message has its effect once."""

import hashlib
import os
from datetime import timedelta
from itertools import groupby

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from exchange import services
from exchange.errors import Refused
from exchange.models import InboxMessage, OutboxMessage
from tests.relay.conftest import NOW, Zones
from tests.relay.three_zones import MARKER, STEPS, Busy, Killed, World, killed_at, mood

pytestmark = pytest.mark.django_db

ENDS = {"portal": "review", "review": "portal"}
FAULTS = ("none", "lost_request", "lost_answer", "half_answer", "twice")
TROUBLES: dict[str, type[BaseException]] = {"busy": Busy, "refused": Refused, "kill": Killed}
zone_names = st.sampled_from(("portal", "relay", "review"))
steps = st.sampled_from(sorted(STEPS))
seconds = st.sampled_from((1, 10, 60, 300, 3600, 90_000))
# How many examples; the long run of `make chaos` asks for more, and for other ones each time.
EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "0"))


class Mailbox(RuleBasedStateMachine):
    """What was posted is the whole model: it must be handled, once, in order, at the other end."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.posted: dict[str, dict[str, list[str]]] = {zone: {} for zone in ENDS}
        self.count = 0

    @initialize()
    def start_empty(self) -> None:
        world = self.world
        world.now, world.skew, world.faults = NOW, {}, []
        mood.clear()
        for zone in ("portal", "relay", "review"):
            world.clear(zone)

    @rule(zone=st.sampled_from(sorted(ENDS)), case=st.sampled_from("AB"), killed=st.integers(0, 8))
    def post(self, zone: str, case: str, killed: int) -> None:
        self.count += 1
        body = MARKER + str(self.count).encode()
        with killed_at(killed):
            self.world.post(zone, case, body)
            self.posted[zone].setdefault(case, []).append(hashlib.sha256(body).hexdigest())

    @rule(zone=zone_names, step=steps, faults=st.lists(st.sampled_from(FAULTS), max_size=2))
    def work(self, zone: str, step: str, faults: list[str]) -> None:
        self.world.faults = faults
        self.world.run(zone, step)

    @rule(zones=st.lists(zone_names, max_size=3))
    def work_well(self, zones: list[str]) -> None:
        """Without these, most messages would never come far enough for the faults to matter."""
        self.world.faults = []
        for zone in zones:
            for step in ("pull", "process", "push"):
                self.world.run(zone, step)

    @rule(zone=zone_names, step=steps, killed=st.integers(1, 40))
    def work_and_be_killed(self, zone: str, step: str, killed: int) -> None:
        self.world.faults = []
        with killed_at(killed):
            self.world.run(zone, step)

    @rule(zone=st.sampled_from(sorted(ENDS)), trouble=st.sampled_from(sorted(TROUBLES)))
    def handle_badly(self, zone: str, trouble: str) -> None:
        mood[:] = [TROUBLES[trouble]]
        with killed_at(0):
            self.world.run(zone, "process")
        mood.clear()

    @rule(zone=st.sampled_from(sorted(ENDS)))
    def redrive_three_times(self, zone: str) -> None:
        with self.world.playing(zone) as now:
            for _ in range(3):
                services.redrive(handed_over_before=now, now=now)

    @rule(zone=zone_names)
    def resend(self, zone: str) -> None:
        resend_all(self.world, zone)

    @rule(seconds=seconds)
    def wait(self, seconds: int) -> None:
        self.world.now += timedelta(seconds=seconds)

    @rule(zone=zone_names, minutes=st.sampled_from((-60, -5, -1, 0, 1, 5, 60)))
    def set_clock(self, zone: str, minutes: int) -> None:
        self.world.skew[zone] = timedelta(minutes=minutes)

    @rule()
    def relay_loses_its_disk(self) -> None:
        self.world.clear("relay")

    @invariant()
    def handled_once_and_in_order(self) -> None:
        for zone, far in ENDS.items():
            for case, digests in handled(self.world, far).items():
                assert digests == self.posted[zone][case][: len(digests)]

    @invariant()
    def relay_can_read_nothing(self) -> None:
        for table in ("exchange_inboxmessage", "exchange_outboxmessage"):
            kept = self.world.rows("relay", f"SELECT t::text, sealed FROM {table} t")
            for text, sealed in kept:
                assert MARKER not in bytes(sealed or b"")
                assert MARKER.decode() not in text

    def teardown(self) -> None:
        """Once all is well again, everything arrives and nothing stays stuck."""
        world = self.world
        world.faults, world.skew = [], {}
        mood.clear()
        world.now += timedelta(hours=2)
        for _ in range(60):
            work_through(world)
            if settled(world):
                break
            world.now += timedelta(minutes=45)
        for zone, far in ENDS.items():
            assert handled(world, far) == self.posted[zone]
        assert settled(world)


def resend_all(world: World, zone: str) -> None:
    with world.playing(zone) as now:
        for model in (OutboxMessage, InboxMessage):
            stopped = model.objects.filter(state="needs_person").values_list("pk", flat=True)
            services.resend_all(list(stopped), now=now)


def work_through(world: World) -> None:
    """Let every zone do all it can, as workers do second by second."""
    for zone in ("portal", "relay", "review"):
        resend_all(world, zone)
        world.run(zone, "ask")
    for _ in range(3):
        for zone in ("relay", "review", "portal"):
            for step in ("pull", "process", "push"):
                world.run(zone, step)


def handled(world: World, zone: str) -> dict[str, list[str]]:
    """Return the digests that a zone's handler took effect for, by case, in their order."""
    rows = world.rows(zone, "SELECT case_key, digest FROM handled ORDER BY case_key, place")
    return {case: [row[1] for row in group] for case, group in groupby(rows, lambda row: row[0])}


def settled(world: World) -> bool:
    """Tell whether nothing waits anywhere and every return and status has been confirmed."""
    open_rows = """
        SELECT id FROM exchange_outboxmessage WHERE state <> 'handed_over'
        UNION ALL SELECT id FROM exchange_inboxmessage WHERE state <> 'done'"""
    unconfirmed = """
        SELECT id FROM exchange_outboxmessage
        WHERE kind IN ('submission', 'status') AND confirmed_at IS NULL"""
    waiting = [row for zone in ("portal", "relay", "review") for row in world.rows(zone, open_rows)]
    return not waiting and not any(world.rows(zone, unconfirmed) for zone in ENDS)


@pytest.mark.req("REL-02", "REL-09")
def test_mailbox_keeps_its_promises_whatever_fails(zones: Zones, settings) -> None:
    settings.ROOT_URLCONF = "exchange.urls"
    Mailbox.world = World(zones.home, NOW)
    Mailbox.world.build()

    run_state_machine_as_test(
        Mailbox,
        settings=hypothesis_settings(
            max_examples=EXAMPLES or 15,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=not EXAMPLES,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_return_that_a_relay_lost_with_its_disk_is_asked_after_and_arrives(
    zones: Zones, settings
) -> None:
    settings.ROOT_URLCONF = "exchange.urls"
    world = World(zones.home, NOW)
    world.build()
    world.post("portal", "A", MARKER)
    world.run("relay", "pull")
    world.clear("relay")

    work_through(world)
    before = handled(world, "review")
    for _ in range(3):
        world.now += timedelta(hours=2)
        work_through(world)

    assert before == {}
    assert handled(world, "review") == {"A": [hashlib.sha256(MARKER).hexdigest()]}
    assert settled(world)
