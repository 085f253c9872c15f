"""How far a run is (進み具合): chunks and people done, seconds by phase, what came out."""

from collections import Counter
from typing import Any

from review.levy.models import RunChunk, YearRun


def progress_of(run: YearRun) -> dict[str, Any]:
    """Return the state of a run and the sums over its finished chunks."""
    counts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    chunks = RunChunk.objects.filter(run=run)
    done = chunks.filter(done_at__isnull=False).values_list("counts", "seconds")
    for chunk_counts, chunk_seconds in done:
        counts.update(chunk_counts)
        seconds.update(chunk_seconds)
    total = chunks.count()
    return {
        "tax_year": run.tax_year,
        "state": run.state,
        "people_expected": run.people,
        "chunks": total,
        "chunks_done": len(done),
        "percent": 100 if run.state == YearRun.State.DONE else len(done) * 100 // max(total, 1),
        "counts": dict(counts),
        "seconds_by_phase": {name: round(taken, 1) for name, taken in seconds.items()},
        "totals": run.totals,
    }
