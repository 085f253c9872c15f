"""What comes past the application (SQL typed by hand) is refused where it leaves no entry."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from exchange.models import OutboxMessage
from review.assessment.models import Assessment, MergedBasis, SourceDocument
from review.audit import selfcheck
from review.cases import actions, desk
from review.cases.models import Case, Note, Original
from review.cases.processing import process_due_cases
from review.cases.states import State
from review.deciding import Outgoing, Proposal
from review.forwarding.models import ForwardedItem, Forwarding
from review.images.models import DocumentNote
from review.levy.models import BasicsChange
from review.reconcile.models import DependantAct
from review.retention.deleting import delete
from review.retention.models import Erasure, PlaceAttestation
from review.taxfiles import services as tax_files
from review.taxfiles.models import ImportFault
from tests.review.story import NOW, REASON, actor, walk

BY_HAND = [
    "UPDATE cases_case SET state = 'queued'",
    "UPDATE cases_note SET text = 'x'",
    "DELETE FROM cases_note",
    "UPDATE staff_rolegrant SET role = 'admin'",
    "INSERT INTO staff_rolegrant (member_id, role, procedure, department, starts_on, decision,"
    " requested_by, requested_at, approved_by, approved_at, revoked_by, revoked_decision)"
    " SELECT id, 'admin', '', '', now(), 'x', 'a', now(), 'b', now(), '', '' FROM staff_staffmember"
    " WHERE number = 'K1005'",
    "UPDATE staff_staffmember SET department = 'x'",
    "UPDATE staff_codedevice SET seed_sealed = '\\x00'",
    "UPDATE addressees_addressee SET address = 'x'",
    "DELETE FROM addressees_certificatelink",
    "UPDATE assessment_sourcedocument SET content = '{}'",
    "UPDATE assessment_mergedbasis SET answers = '{}'",
    "UPDATE assessment_assessment SET total = 0",
    "UPDATE reconcile_disagreement SET state = 'settled'",
    "UPDATE taxfiles_taxfile SET amount = 0",
    "UPDATE taxfiles_taxfilerow SET amount = 0",
    "INSERT INTO taxfiles_resultfile (name, sha256, counts, bad_lines, at, by)"
    " VALUES ('x', 'x', '{}', '[]', now(), 'x')",
    "UPDATE taxfiles_importfault SET code = 'x'",
    "DELETE FROM forwarding_forwardeditem",
    "UPDATE forwarding_forwarding SET municipality = 'x'",
    "UPDATE images_documentnote SET text = 'x'",
    "UPDATE levy_basicschange SET why = 'x'",
    "DELETE FROM reconcile_dependantact",
    "UPDATE retention_placeattestation SET seen_on = '2020-01-01'",
]


@pytest.fixture
def worked_on(filed, staff):
    """A case with a note, imported and assessed."""
    case = walk(filed.queued(), State.IN_REVIEW, staff)
    by = actor(staff["suzuki"])
    desk.add_note(case, kind="note", text="x", answer="", by=by, reason=REASON, now=NOW)
    options = {"reason": REASON, "now": NOW}
    case = actions.propose(case, by=by, seen=case.revision, **options)
    actions.confirm(case, by=actor(staff["tanaka"]), seen=case.revision, **options)
    process_due_cases(now=NOW)
    _handed_on(case, by)
    return Case.objects.get(pk=case.pk)


def _handed_on(case, by):
    """Give it a row in each table of what leaves: a file with a fault, a 回送, a note;
    and in those of what two people decide: 個人基本, a dependant, a place of backups."""
    file = tax_files.make("R9", by=by, reason=REASON, now=NOW)
    fault = {"case": case, "row": file.rows.get(), "code": "E0001", "found_at": NOW}
    ImportFault.objects.create(**fault)
    forwarding = Forwarding.objects.create(municipality="x", count=1, made_at=NOW, made_by="x")
    ForwardedItem.objects.create(forwarding=forwarding, case=case)
    note = {"text": "x", "made_at": NOW, "made_by": "x"}
    DocumentNote.objects.create(document=SourceDocument.objects.get(), **note)
    proposed = {"why": "x", "proposed_by": "x", "proposed_at": NOW}
    year = {"tax_year": "R9", **proposed}
    BasicsChange.objects.create(addressee=case.addressee, after={}, **year)
    DependantAct.objects.create(
        claimant=case.addressee, person_key="00", role="other", kind="deny", **year
    )
    PlaceAttestation.objects.create(name="x", address="x", seen_on=NOW.date(), **proposed)


def forget_entries(cursor):
    """Go on as in a transaction of its own, in which nothing has been written down."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    cursor.execute("SELECT set_config('review.audited', '', true)")


@pytest.mark.req("LOG-01", "LOG-04")
@pytest.mark.parametrize("statement", BY_HAND)
def test_change_by_hand_is_refused(worked_on, statement):
    with pytest.raises(DatabaseError, match="only together with an audit entry"):
        change_by_hand(statement)


def change_by_hand(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        forget_entries(cursor)
        cursor.execute(statement)
        assert cursor.rowcount > 0
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.req("RET-02")
def test_erasure_under_its_certificate_is_not_taken_for_a_change_by_hand(worked_on):
    """Chunks of an erasure are transactions of their own, with the certificate as their record."""
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    certificate = Erasure.objects.create(
        number=1,
        procedure="resident-tax-return",
        as_of=NOW.date(),
        made_at=NOW,
        made_by="batch:purge",
        counts={},
        items=[],
        digest="",
        archive={"parts": []},
    )
    with transaction.atomic(), connection.cursor() as cursor:
        forget_entries(cursor)
        for kind, model in KINDS.items():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute("DROP TABLE IF EXISTS erasing_now")
            cursor.execute(f"CREATE TEMP TABLE erasing_now AS SELECT 0 AS item, id FROM {table}")
            delete(kind, certificate=certificate.pk)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    left = (Original, Note, *KINDS.values())
    assert [model.__name__ for model in left if model._default_manager.exists()] == []


KINDS: dict[str, type[Model]] = {
    "cases": Case,
    "assessments": Assessment,
    "merged_bases": MergedBasis,
    "source_documents": SourceDocument,
}


@pytest.mark.req("OPS-07")
def test_self_check_names_a_guard_that_was_lifted(db):
    assert selfcheck._triggers().ok
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE staff_rolegrant DISABLE TRIGGER staff_rolegrant_audited")

    check = selfcheck._triggers()

    assert (check.ok, check.seen) == (False, "staff_rolegrant_audited")


@pytest.mark.req("LOG-03")
def test_what_two_people_decide_changes_only_with_an_entry(db):
    tables = {
        model._meta.db_table for kind in (Proposal, Outgoing) for model in kind.__subclasses__()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s", ["%\\_audited"]
        )
        watched = {name for (name,) in cursor.fetchall()}

    assert tables - watched == set()
