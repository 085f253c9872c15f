"""Rows that are there when a column becomes sealed are sealed with all that is in them."""

import json

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.keyring import KeyringError
from review import year_keys
from review.assessment.models import SourceDocument
from review.audit.services import record_by
from review.images.models import DocumentNote
from tests.review.small_city import RECEIVED, resident
from tests.review.story import SYSTEM


@pytest.fixture
def person(db, settings, tmp_path):
    settings.YEAR_KEYS_DIR = str(tmp_path)
    year_keys._ring.cache_clear()
    record_by(SYSTEM, "test", reason="試験", now=RECEIVED)
    return resident(1)


def as_before(table, column, kind, values):
    """Put the open column back, with these values by key."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP COLUMN {column}, ADD COLUMN {column} {kind}")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for key, value in values.items():
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, key])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def migrated(app, name):
    """Run a migration's own sealing on the tables of this test, as `migrate` does."""
    loader = MigrationLoader(connection)
    migration = loader.get_migration(app, name)
    state = loader.project_state([(app, name)], at_end=False)
    with connection.schema_editor() as editor:
        for operation in migration.operations:
            after = state.clone()
            operation.state_forwards(app, after)
            if hasattr(operation, "database_operations"):
                operation.database_forwards(app, editor, state, after)
            state = after


@pytest.mark.parametrize("year", ["R9", "R10"])
def test_documents_open_for_their_year_and_name(person, year, tmp_path):
    first = person.document("salary_report", tax_year=year, payer="白川商事", revenue=1)
    second = person.document("disability", grade="1")
    said = {d.pk: json.dumps(d.content) for d in (first, second)}
    as_before("assessment_sourcedocument", "content", "jsonb", said)

    migrated("assessment", "0005_sealed_content")

    found = {d.pk: d.content for d in SourceDocument.objects.all()}
    assert found == {first.pk: {"payer": "白川商事", "revenue": 1}, second.pk: {"grade": "1"}}
    assert sorted({bytes(sealed).split(b"-")[0].decode() for sealed in stored()}) == sorted(
        {year, "R9"}
    )


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM assessment_sourcedocument")
        return [value for (value,) in cursor.fetchall()]


def test_notes_are_sealed_under_the_year_of_their_document(person):
    document = person.salary()
    notes = [
        DocumentNote.objects.create(document=document, text=text, made_at=RECEIVED, made_by="K1001")
        for text in ("電話で確認", "")
    ]
    as_before("images_documentnote", "text", "text", {n.pk: n.text for n in notes})

    migrated("images", "0003_sealed_notes")
    migrated("images", "0004_notes_bound_to_rows")

    assert [n.text for n in DocumentNote.objects.order_by("pk")] == ["電話で確認", ""]


def test_a_value_whose_key_is_destroyed_stays_as_it_is_when_names_change(person):
    document = person.salary()
    note = DocumentNote.objects.create(
        document=document, text="電話で確認", made_at=RECEIVED, made_by="K1001"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    before = bytes(DocumentNote.objects.values_list("text", flat=True).get().data)
    year_keys.destroy("R9")

    migrated("images", "0004_notes_bound_to_rows")

    sealed = DocumentNote.objects.filter(pk=note.pk).values_list("text", flat=True).get()
    assert sealed.data == before


def test_a_value_whose_key_is_only_not_seen_stops_the_migration(person, tmp_path):
    """Such as a folder of keys that is not mounted where the migration runs."""
    document = person.salary()
    DocumentNote.objects.create(
        document=document, text="電話で確認", made_at=RECEIVED, made_by="K1001"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for path in tmp_path.glob("R9-*.key"):
        path.rename(path.with_suffix(".elsewhere"))
    year_keys._seen_until.clear()

    with pytest.raises(KeyringError):
        migrated("images", "0004_notes_bound_to_rows")
