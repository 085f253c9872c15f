"""One chunk of the city (処理単位の計算): read, merge, compute and store, or nothing of it."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection as CollectionOf
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from review.arrays import array_of, each_of
from review.assessment.models import Assessment, MergedBasis
from review.assessment.people import SamePersons
from review.assessment.preparing import Person, knowledge_of, papers_of, prepare
from review.audit.services import record_by
from review.levy.computing import Computed, compute_many
from review.levy.copying import copy_assessments
from review.levy.models import RunChunk, YearRun
from review.levy.queries import previous_pensions
from review.reconcile import services as disagreements
from review.reconcile.models import Disagreement
from review.rights.services import stopped_people
from review.sealed_fields import Sealed, sealed_field
from review.staff.actors import Actor

REASON = "当初賦課"
_ANSWERS = sealed_field(MergedBasis, "answers")


class Standing(NamedTuple):
    """The newest assessment of a person, to be compared with what comes out now."""

    revision: int
    content: tuple[Any, ...]


@dataclass
class Year:
    """What all chunks of a run share, read once by each worker."""

    run: YearRun
    same: SamePersons = field(default_factory=SamePersons)

    def __post_init__(self) -> None:
        self.known = knowledge_of(self.run.tax_year)


class Clock:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - start


def assess_next_chunk(year: Year, *, by: Actor, now: datetime) -> bool:
    """Assess the next chunk that nobody works on; False where none is left.

    A worker that is killed leaves its chunk as it was: the next one takes it up.
    """
    with transaction.atomic():
        waiting = RunChunk.objects.filter(run=year.run, done_at=None).order_by("number")
        chunk = waiting.select_for_update(skip_locked=True).first()
        if chunk is None:
            return False
        clock = Clock()
        chunk.counts = _assess(year, chunk, clock, by=by, now=now)
        chunk.done_at = now
        chunk.seconds = {name: round(taken, 3) for name, taken in clock.seconds.items()}
        chunk.save()
        detail = {"tax_year": year.run.tax_year, "chunk": chunk.number, **chunk.counts}
        subject = f"year-run:{year.run.pk}"
        record_by(by, "year.chunk", reason=REASON, now=now, subject=subject, detail=detail)
    return True


def _assess(
    year: Year, chunk: RunChunk, clock: Clock, *, by: Actor, now: datetime
) -> dict[str, int]:
    tax_year = year.run.tax_year
    with clock.phase("read"):
        people = [p for p in _people(tax_year, chunk) if year.same.main_of(p.id) == p.id]
        # Asked anew for each chunk: a stop of use that comes while the run goes on counts.
        stopped = stopped_people()
        people = [p for p in people if stopped.isdisjoint(year.same.members_of(p.id))]
        papers = _papers(year, people)
        rulings = disagreements.rulings_of(list(papers), tax_year)
        standing = _standing(list(papers), tax_year)
        pensions = previous_pensions(list(papers), tax_year)
    with clock.phase("merge"):
        prepared = [
            prepare(
                person,
                papers[person.id],
                tax_year=tax_year,
                rulings=rulings.get(person.id),
                known=year.known,
            )
            for person in people
            if person.id in papers
        ]
    with clock.phase("compute"):
        computed = compute_many(prepared, tax_year, previous_pensions=pensions)
    with clock.phase("check"):
        disputed = _keep_differences(computed, tax_year, now)
    with clock.phase("write"):
        changed = list(_changed(computed, standing, disputed))
        copy_assessments(changed, tax_year=tax_year, by=by.id, now=now)
    states = Counter(state for _entry, _revision, state in changed)
    return {
        "people": len(people),
        "assessed": len(computed),
        "unchanged": len(computed) - len(changed),
        **{state: states[state] for state in Assessment.State.values},
    }


def _people(tax_year: str, chunk: RunChunk) -> list[Person]:
    """Return the people of a chunk whom the city may tax; nobody else computes them meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.number, p.birth_date, p.sex FROM levy_yearperson y"
            " JOIN addressees_addressee p ON p.id = y.addressee_id"
            " WHERE y.tax_year = %s AND y.id BETWEEN %s AND %s AND y.residency <> 'elsewhere'"
            " ORDER BY y.id FOR NO KEY UPDATE OF p",
            [tax_year, chunk.first, chunk.last],
        )
        return [Person(*row) for row in cursor.fetchall()]


def _papers(year: Year, people: CollectionOf[Person]) -> dict[UUID, list[Any]]:
    """Return the documents by the person who is assessed for them."""
    wanted = {member: p.id for p in people for member in year.same.members_of(p.id)}
    found: dict[UUID, list[Any]] = {}
    for member, papers in papers_of(list(wanted), year.run.tax_year).items():
        found.setdefault(wanted[member], []).extend(papers)
    return found


_STANDING = """
SELECT DISTINCT ON (b.addressee_id) b.addressee_id, b.id, b.answers, b.revision,
       b.origins::text, a.inputs::text, a.total, a.state
FROM assessment_mergedbasis b JOIN assessment_assessment a ON a.basis_id = b.id
WHERE b.tax_year = %s AND b.addressee_id = ANY(%s::uuid[])
ORDER BY b.addressee_id, b.revision DESC
"""


def _standing(people: list[UUID], tax_year: str) -> dict[UUID, Standing]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [tax_year, array_of(people)])
        return {
            person: Standing(
                revision, (_opened(basis, answers), *map(json.loads, documents), total, state)
            )
            for person, basis, answers, revision, *documents, total, state in cursor.fetchall()
        }


def _opened(basis: UUID, answers: bytes) -> Any:
    return _ANSWERS.open(Sealed(answers), _ANSWERS.row_name({"id": basis}))


def _keep_differences(computed: list[Computed], tax_year: str, now: datetime) -> set[UUID]:
    """Keep the check list in step; return who has something open on it."""
    found = {entry.prepared.person.id: entry.differences for entry in computed}
    disagreements.keep(found, tax_year, kinds=disagreements.PERSONAL_KINDS, now=now)
    waiting = Disagreement.objects.filter(
        tax_year=tax_year, addressee_id__in=each_of(found), state__in=disagreements.WAITING
    ).exclude(kind__in=disagreements.NOTES)
    return set(waiting.values_list("addressee_id", flat=True))


def _changed(
    computed: list[Computed], standing: dict[UUID, Standing], disputed: set[UUID]
) -> Iterator[tuple[Computed, int, str]]:
    """Yield whom something changed for, with the revision and state that they get."""
    nothing = Standing(0, ())
    for entry in computed:
        person = entry.prepared.person.id
        state = Assessment.State.CHECK if person in disputed else Assessment.State.COMPUTED
        if entry.trouble:
            state = Assessment.State.FAILED
        merged = entry.prepared.merged
        total = entry.result.get("total")
        now = (merged.answers, merged.origins, entry.prepared.inputs, total, state.value)
        before = standing.get(person, nothing)
        if before.content != now:
            yield entry, before.revision + 1, state.value
