"""The year's run (当初賦課): proposed by one, confirmed by another, gone on with anywhere.

Steps: chunks of people in parallel, dependants over the whole city, decisions, totals. Each step is
one transaction (each chunk its own), so a run that was killed goes on with what is not done yet.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.errors import Refusal
from review.levy import finishing
from review.levy.chunks import REASON, Year, assess_next_chunk
from review.levy.models import RunChunk, YearRun
from review.levy.population import take_population
from review.staff.actors import Actor

#: People in one chunk: small enough to lose little to a kill, large enough for the columns.
CHUNK = 4_000
State = YearRun.State
_CHUNKS = """
INSERT INTO levy_runchunk (run_id, number, first, last, counts, seconds)
SELECT %(run)s, number, min(id), max(id), '{}', '{}'
FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(size)s + 1 AS number
      FROM levy_yearperson WHERE tax_year = %(year)s AND residency <> 'elsewhere') people
GROUP BY number
"""


def propose_run(tax_year: str, *, by: Actor, reason: str, now: datetime) -> YearRun:
    """Take the year's basics (新年度個人基本) and put the run before a second person."""
    with transaction.atomic():
        if YearRun.objects.filter(tax_year=tax_year).exclude(state__in=_CLOSED).exists():
            raise Refusal(_("この年度には、終わっていない当初賦課があります。"))
        counts = take_population(tax_year, by=by, now=now)
        people = counts["resident"] + counts["non_resident"]
        run = YearRun.objects.create(
            tax_year=tax_year, proposed_by=by.id, proposed_at=now, people=people
        )
        _log(run, "year.proposed", by=by, reason=reason, now=now, people=people)
    return run


_CLOSED = (State.DONE, State.DROPPED)


def confirm_run(
    run: YearRun, *, by: Actor, reason: str, now: datetime, size: int = CHUNK
) -> YearRun:
    """Let another person's run begin (当初賦課の確認), in chunks of so many people."""
    with transaction.atomic():
        locked = _locked(run, State.PROPOSED)
        if locked.proposed_by == by.id:
            raise Refusal(_("自分が始めた当初賦課を自分で確認することはできません。"))
        locked.state, locked.confirmed_by, locked.confirmed_at = State.RUNNING, by.id, now
        locked.save()
        _make_chunks(locked, size)
        _log(locked, "year.confirmed", by=by, reason=reason, now=now)
    return locked


def drop_run(run: YearRun, *, by: Actor, reason: str, now: datetime) -> YearRun:
    """Drop a run that nobody has confirmed yet (取りやめ)."""
    with transaction.atomic():
        locked = _locked(run, State.PROPOSED)
        locked.state = State.DROPPED
        locked.save(update_fields=["state"])
        _log(locked, "year.dropped", by=by, reason=reason, now=now)
    return locked


def _make_chunks(run: YearRun, size: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CHUNKS, {"run": run.pk, "year": run.tax_year, "size": size})


def assess_chunks(
    run: YearRun, *, by: Actor, now: datetime, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Assess chunks until none is left or `go_on` says no; return how many this worker did."""
    year, done = Year(run), 0
    while go_on() and assess_next_chunk(year, by=by, now=now):
        done += 1
    return done


def finish_run(run: YearRun, *, by: Actor, now: datetime) -> YearRun:
    """Do the steps after the chunks, from wherever the run stands; none while chunks are left."""
    for state, step, following in _STEPS:
        with transaction.atomic():
            locked = YearRun.objects.select_for_update().get(pk=run.pk)
            if locked.state != state:
                continue
            if RunChunk.objects.filter(run=locked, done_at=None).exists():
                return locked
            found = step(locked, now)
            locked.state = following
            if following == State.DONE:
                locked.finished_at = now
            locked.save()
            _log(locked, f"year.{following}", by=by, reason=REASON, now=now, **found)
    return YearRun.objects.get(pk=run.pk)


Step = Callable[[YearRun, datetime], dict[str, Any]]
_STEPS: tuple[tuple[State, Step, State], ...] = (
    (State.RUNNING, lambda run, now: {}, State.CHECKING),
    (State.CHECKING, finishing.check_all_dependants, State.DECIDING),
    (State.DECIDING, finishing.decide_all, State.DONE),
)


def _locked(run: YearRun, state: State) -> YearRun:
    locked = YearRun.objects.select_for_update().get(pk=run.pk)
    if locked.state != state:
        raise Refusal(_("この当初賦課は、すでに次の段階に進んでいます。"))
    return locked


def _log(
    run: YearRun, action: str, *, by: Actor, reason: str, now: datetime, **detail: Any
) -> None:
    subject, about = f"year-run:{run.pk}", {"tax_year": run.tax_year, **detail}
    record_by(by, action, reason=reason, now=now, subject=subject, detail=about)
