"""Workers of a run (並行処理): one process a core, each taking the next chunk that is free."""

from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from uuid import UUID

from django.db import connections

from review.levy.models import YearRun
from review.levy.year import assess_chunks
from review.staff.actors import Actor


def assess_in_parallel(run: YearRun, workers: int, *, by: Actor, now: datetime) -> int:
    """Assess all chunks with so many processes; return how many were done."""
    if workers == 1:
        return assess_chunks(run, by=by, now=now)
    # A connection must not be shared with a child: each opens its own.
    connections.close_all()
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        jobs = [pool.submit(_work, run.pk, by, now) for _worker in range(workers)]
        return sum(job.result() for job in jobs)


def _work(run_id: UUID, by: Actor, now: datetime) -> int:
    return assess_chunks(YearRun.objects.get(pk=run_id), by=by, now=now)
