"""Two workers, two people, at the same moment: committed rows, real threads, own connections."""

import hashlib
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction

from exchange.models import OutboxMessage
from review.addressees.models import Addressee
from review.audit.chain import walk
from review.audit.models import AuditEvent, ErasedLog
from review.audit.services import record_by
from review.cases import actions
from review.cases.intake import receive_submission
from review.cases.models import Case, Original, OriginalBody
from review.cases.processing import process_due_cases
from review.cases.states import State
from review.errors import Refusal
from review.forwarding import decisions
from review.forwarding import services as forwarding
from review.levy.models import Decision, YearRun
from review.levy.workers import assess_in_parallel
from review.levy.year import assess_chunks, finish_run
from review.notices import orders as notice_orders
from review.notices.models import IssuedDocument, PrintFile
from review.notices.printing import carry_out
from review.retention import erasing, runs
from review.retention.models import Erasure, Rule
from review.staff.actors import batch
from review.taxfiles import results
from review.taxfiles import services as tax_files
from review.taxfiles.models import ImportFault
from tests.review import city, handing, story
from tests.review.small_city import DECIDED, begin_year, resident
from tests.review.story import NOW, REASON, actor

GUARDED = (AuditEvent, Original, ErasedLog, Rule)
ROOT = Path(__file__).resolve().parents[2]
APRIL = datetime(2027, 4, 1, 3, tzinfo=UTC)


def triggers(state):
    with connection.cursor() as cursor:
        # The bytes of originals lie in parts by year, each with triggers of its own.
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'cases_originalbody'::regclass"
        )
        parts = [name for (name,) in cursor.fetchall()]
        for table in [*(model._meta.db_table for model in GUARDED), "cases_originalbody", *parts]:
            cursor.execute(f"ALTER TABLE {table} {state} TRIGGER USER")


@pytest.fixture
def committed(transactional_db, pki):
    """A database without the test's own transaction. Its emptying afterwards truncates, which the
    triggers would refuse; such tests run last, and each puts the triggers back first."""
    triggers("ENABLE")
    yield
    triggers("DISABLE")


@pytest.fixture
def filing(committed, cards):
    city.populate(cards)
    return story.Filing(cards)


def at_once(*acts):
    """Run the acts in threads of their own and return what each returned or raised."""

    def run(act):
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_workers_of_a_year_run_share_its_chunks(committed, staff):
    for serial in range(12):
        resident(serial).salary()
    run = begin_year(staff, size=2)

    done = assess_in_parallel(run, 2, by=story.SYSTEM, now=DECIDED)
    run = finish_run(run, by=story.SYSTEM, now=DECIDED)

    assert (done, run.state, Decision.objects.count()) == (6, YearRun.State.DONE, 12)


def ordered(staff, kind):
    """Suzuki orders notices of a kind, Tanaka confirms; 24 people wait for theirs."""
    for serial in range(24):
        resident(serial).salary(flags=["ordinary_collection"] if kind == "ordinary" else [])
    finish_run(_assessed(staff), by=story.SYSTEM, now=DECIDED)
    told = {"reason": REASON, "now": DECIDED}
    made = notice_orders.propose_order(kind, "R9", by=actor(staff["suzuki"]), **told)
    return notice_orders.confirm_order(made, by=actor(staff["tanaka"]), **told)


def _assessed(staff):
    run = begin_year(staff)
    assess_chunks(run, by=story.SYSTEM, now=DECIDED)
    return run


@pytest.fixture
def slow_reads(committed):
    """Each look at an issued document takes a while, as in a city with 740,000 of them: whatever
    is committed meanwhile, a query that has begun does not see."""
    begin = (
        "ALTER TABLE notices_issueddocument ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY slow ON notices_issueddocument AS RESTRICTIVE FOR SELECT"
        " USING (pg_sleep(0.02) IS NOT NULL);"
        "CREATE POLICY free ON notices_issueddocument USING (true)"
    )
    end = (
        "DROP POLICY slow ON notices_issueddocument; DROP POLICY free ON notices_issueddocument;"
        "ALTER TABLE notices_issueddocument NO FORCE ROW LEVEL SECURITY,"
        " DISABLE ROW LEVEL SECURITY"
    )
    for statement in (begin, end):
        with connection.cursor() as cursor:
            cursor.execute(statement)
        if statement == begin:
            yield


def test_two_workers_on_one_order_give_nobody_two_notices(slow_reads, staff):
    order = ordered(staff, "ordinary")

    def work():
        return carry_out(order, by=story.SYSTEM, now=DECIDED, batch=1)

    at_once(work, work, work, work)

    people = IssuedDocument.objects.values_list("decision__addressee__number", flat=True)
    assert sorted(people) == sorted(Addressee.objects.values_list("number", flat=True))
    assert PrintFile.objects.count() == 24
    order.refresh_from_db()
    assert (order.state, order.made) == ("done", 24)
    assert AuditEvent.objects.filter(action="notices.done").count() == 1


def test_two_commands_at_once_share_the_work_and_the_folder(committed, staff, tmp_path):
    ordered(staff, "ordinary")
    handing.enter(staff)
    command = [sys.executable, "manage.py", "print_notices", "R9", "--to", str(tmp_path), "--json"]
    database = connection.settings_dict["NAME"]
    named = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.review",
        "DATABASE_URL": f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{database}",
        "KEYS_DIR": str(settings.KEYS_DIR),
    }

    both = [
        subprocess.Popen(
            command, cwd=ROOT, env=named, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _each in range(3)
    ]
    said = [one.communicate(timeout=180) for one in both]

    assert [one.returncode for one in both] == [0, 0, 0], [err.decode()[-500:] for _o, err in said]
    people = IssuedDocument.objects.values_list("decision__addressee__number", flat=True)
    assert sorted(people) == sorted(Addressee.objects.values_list("number", flat=True))
    # Each file once, whole, and with the slip that belongs to it.
    lying = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for file in PrintFile.objects.all():
        own = {name: content for name, content in lying.items() if name.startswith(file.name)}
        assert len(own) == 2
        _name, content, slip = handing.opened(own)
        assert slip["sealed_sha256"] == hashlib.sha256(own[f"{file.name}.zip.sealed"]).hexdigest()
        assert file.name in handing.unzipped(content)
    assert len(lying) == 2 * PrintFile.objects.count()


def arrive(delivery):
    with transaction.atomic():
        receive_submission(delivery, now=NOW)


def test_two_workers_process_every_case_exactly_once(filing):
    for number in range(6):
        arrive(filing.delivery(at=NOW + timedelta(seconds=number)))

    at_once(*[lambda: process_due_cases(now=NOW + timedelta(minutes=5))] * 2)

    assert set(Case.objects.values_list("state", flat=True)) == {State.QUEUED}
    moves = AuditEvent.objects.filter(action="case.state", detail__to="queued")
    assert moves.count() == 6
    assert walk(AuditEvent.objects.order_by("position")).broken is None


def test_same_delivery_at_once_is_one_case(filing):
    delivery = filing.delivery()

    def take():
        try:
            arrive(delivery)
        except IntegrityError:
            # The mailbox rolls back and tries again; then the case is known.
            arrive(delivery)

    at_once(take, take, take)

    assert Case.objects.count() == Original.objects.count() == 1


def test_two_clerks_take_a_case_at_once_and_one_gets_it(filing):
    staff = story.hire()
    arrive(filing.delivery())
    process_due_cases(now=NOW + timedelta(minutes=5))
    case = Case.objects.get()

    def take(name):
        options = {"reason": REASON, "now": NOW, "seen": case.revision}
        return lambda: actions.take(case, by=actor(staff[name]), **options)

    outcomes = at_once(take("suzuki"), take("tanaka"))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Case", "Stale"]
    winner = next(outcome for outcome in outcomes if isinstance(outcome, Case))
    assert Case.objects.get().assigned_to == winner.assigned_to


@pytest.fixture
def due(filing):
    """An approved list of one withdrawn filing of R1, of which the resident knows."""
    arrive(filing.delivery())
    with transaction.atomic():
        record_by(batch("tests"), "test", reason="試験", now=NOW)
        Case.objects.update(state=State.WITHDRAWN, tax_year="R1")
    # The bytes of a filing of R1 lie with those of R1; a guard keeps them where they are.
    triggers("DISABLE")
    OriginalBody.objects.update(tax_year="R1")
    triggers("ENABLE")
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    run = runs.propose(date(2027, 4, 1), by=batch("purge"), now=APRIL)
    return runs.approve(run, by=batch("second"), now=APRIL)


def test_erasure_passes_the_guards_that_ask_at_the_commit(due):
    run = erasing.carry_out(due, by=batch("purge"), now=APRIL + timedelta(days=8))

    assert (run.state, Case.objects.count(), Original.objects.count()) == ("done", 0, 0)


@pytest.mark.req("OPS-08")
def test_two_workers_never_carry_out_the_same_run(due):
    def work():
        return erasing.carry_out(due, by=batch("purge"), now=APRIL + timedelta(days=8))

    outcomes = at_once(work, work)

    assert sorted(isinstance(one, Refusal) for one in outcomes) == [False, True]
    assert due.certificates.filter(finished_at__isnull=False).count() == due.certificates.count()
    assert AuditEvent.objects.filter(action="retention.erased").count() == 1


def test_run_killed_by_the_kernel_goes_on_where_it_stopped(due):
    """A real process, a real SIGKILL while it deletes: the chunk is undone, the run goes on."""
    connections.close_all()
    child = os.fork()
    if not child:
        erasing.mark_erased = lambda: os.kill(os.getpid(), signal.SIGKILL)
        erasing.carry_out(due, by=batch("purge"), now=APRIL + timedelta(days=8))
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    begun = Erasure.objects.get(procedure="resident-tax-return")
    left = Case.objects.count()

    run = erasing.carry_out(due, by=batch("purge"), now=APRIL + timedelta(days=8))

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (begun.finished_at, begun.counts, left) == (None, {}, 1)
    assert (run.state, Case.objects.count()) == ("done", 0)


def queued(filing, document=None):
    """File, and let the batch do all that it can, each in transactions of its own."""
    with transaction.atomic():
        case = filing.arrive(document)
    process_due_cases(now=NOW + timedelta(minutes=2))
    return Case.objects.get(pk=case.pk)


def test_two_clerks_make_one_tax_file_and_two_take_it_once(filing, staff):
    story.walk(queued(filing), State.IMPORTED, staff)
    suzuki, tanaka = actor(staff["suzuki"]), actor(staff["tanaka"])
    told = {"reason": REASON, "now": NOW}

    made = at_once(*[lambda: tax_files.make("R9", by=suzuki, **told)] * 2)
    (file,) = [one for one in made if one is not None]
    tax_files.approve(file, by=tanaka, **told)
    to = handing.enter(staff, handing.TAX_SYSTEM)
    taken = at_once(*[lambda: tax_files.take(file, to=to, by=suzuki, **told)] * 2)

    assert sorted(isinstance(one, Refusal) for one in taken) == [False, True]
    assert tax_files.make("R9", by=suzuki, **told) is None
    number = file.rows.get().document.source
    line = f"作成連番,資料番号,コード,項目,内容\n{file.number},{number},E0001,x,"
    read = at_once(*[lambda: results.read(line.encode(), name="x.csv", by=suzuki, **told)[1]] * 2)
    assert sorted(read) == [False, True]
    assert ImportFault.objects.count() == 1


def test_two_clerks_put_a_forwarding_together_once(filing, staff):
    case = queued(filing, filing.document(address_jan1="福岡県福岡市1番"))
    case = story.walk(case, State.IN_REVIEW, staff)
    suzuki = actor(staff["suzuki"])
    told = {"by": suzuki, "reason": REASON, "now": NOW}
    made = decisions.propose_case(case, municipality="福岡市", seen=case.revision, **told)
    decisions.decide(made, **told | {"by": actor(staff["tanaka"])})

    made = at_once(*[lambda: forwarding.make_of_decided("福岡市", **told)] * 2)

    assert sorted(isinstance(one, Refusal) for one in made) == [False, True]
