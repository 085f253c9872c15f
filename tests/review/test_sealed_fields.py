"""Sealed columns: read and written as before by the program, and by nothing else."""

import copy
import pickle
from datetime import timedelta

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models, transaction

from config.keyring import KeyringError
from review import year_keys
from review.assessment.models import SourceDocument
from review.audit.services import record_by
from review.levy.models import BasicsChange
from review.sealed_fields import EMPTY, Sealed, opened, sealed_field, sealed_fields
from tests.review.small_city import RECEIVED, resident
from tests.review.story import SYSTEM

PAYER = "白川商事"


@pytest.fixture
def folder(settings, tmp_path):
    settings.YEAR_KEYS_DIR = str(tmp_path)
    year_keys._ring.cache_clear()
    return tmp_path


@pytest.fixture
def person(db, folder):
    record_by(SYSTEM, "test", reason="試験", now=RECEIVED)
    return resident(1)


@pytest.fixture
def document(person):
    return person.salary(4_000_000)


def raw(column="content", table="assessment_sourcedocument"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY {column}")
        return [None if value is None else bytes(value) for (value,) in cursor.fetchall()]


def test_the_database_holds_no_word_of_it_and_the_program_reads_it(document):
    (stored,) = raw()

    assert stored.startswith(b"R9-")
    assert PAYER.encode() not in stored
    assert SourceDocument.objects.get().content["payer"] == PAYER


def test_a_change_in_place_is_kept(document):
    found = SourceDocument.objects.get()
    found.content["revenue"] = 1
    found.save(update_fields=["content"])

    assert SourceDocument.objects.get().content["revenue"] == 1


def test_a_row_that_nobody_looked_into_keeps_its_bytes_when_saved(document):
    before = raw()
    found = SourceDocument.objects.get()
    found.link_method = "number"
    found.save()

    assert raw() == before


def test_what_is_left_out_of_a_query_comes_when_it_is_asked_for(document):
    found = SourceDocument.objects.defer("content").get()

    assert found.content["payer"] == PAYER
    found.refresh_from_db()
    assert found.content["payer"] == PAYER


def test_copies_and_pickles_open_as_well(document):
    found = SourceDocument.objects.get()

    assert copy.copy(found).content["payer"] == PAYER
    assert pickle.loads(pickle.dumps(found)).content["payer"] == PAYER


def test_many_rows_are_written_and_read_at_once(person):
    SourceDocument.objects.bulk_create(
        SourceDocument(
            tax_year="R9",
            addressee=person.row,
            kind="salary_report",
            source=f"file:{n}",
            content={"payer": f"{PAYER}{n}"},
            received_at=RECEIVED,
        )
        for n in range(3)
    )

    found = opened(SourceDocument.objects.order_by("source"), "source", "content__payer")
    assert list(found) == [(f"file:{n}", f"{PAYER}{n}") for n in range(3)]


def test_values_stay_sealed_until_somebody_opens_them(document):
    ((sealed, kind, source),) = SourceDocument.objects.values_list("content", "kind", "source")
    column = sealed_field(SourceDocument, "content")

    assert repr(sealed) == f"<sealed, {len(sealed.data)} bytes>"
    name = column.row_name({"kind": kind, "source": source})
    assert column.open(sealed, name)["payer"] == PAYER


def test_a_value_under_another_row_does_not_open(document, person):
    other = person.salary(1_000_000, payer="別の会社")
    (sealed,) = SourceDocument.objects.filter(pk=document.pk).values_list("content", flat=True)
    SourceDocument.objects.filter(pk=other.pk).update(content=sealed)

    with pytest.raises(KeyringError, match="another row"):
        _ = SourceDocument.objects.get(pk=other.pk).content


def test_a_copy_under_another_name_is_refused_while_it_is_sealed(document):
    found = SourceDocument.objects.get()
    found.pk, found.source, found._state.adding = None, "another", True

    with pytest.raises(KeyringError), transaction.atomic():
        found.save(force_insert=True)

    assert SourceDocument.objects.count() == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda rows: rows.filter(content={"payer": PAYER}).count(),
        lambda rows: rows.filter(content__payer=PAYER).count(),
        lambda rows: rows.filter(content__contains=PAYER).count(),
        lambda rows: rows.filter(content__in=[{}]).count(),
        lambda rows: list(rows.values_list("content__payer")),
        lambda rows: rows.update(content={"payer": "別の会社"}),
        lambda rows: rows.bulk_update(list(rows), ["content"]) if rows[0].content else None,
    ],
    ids=["equal", "key", "contains", "in", "values", "update", "bulk_update"],
)
def test_what_the_database_cannot_do_is_refused_and_nothing_is_stored_open(document, act):
    before = raw()

    with (
        pytest.raises((FieldError, TypeError), match=r"sealed|not permitted"),
        transaction.atomic(),
    ):
        act(SourceDocument.objects.all())

    assert raw() == before


def test_only_whether_there_is_a_value_can_be_asked(document):
    assert SourceDocument.objects.filter(content__isnull=False).count() == 1
    assert SourceDocument.objects.filter(content=EMPTY).count() == 0


def test_a_destroyed_year_opens_no_more_though_this_process_read_it_before(document):
    assert SourceDocument.objects.get().content
    year_keys.destroy("R9")

    with pytest.raises(KeyringError, match="destroyed"):
        _ = SourceDocument.objects.get().content


def test_what_another_process_destroyed_opens_no_more_after_a_second(document, folder, monkeypatch):
    assert SourceDocument.objects.get().content
    for path in folder.glob("R9-*.key"):
        path.unlink()
    later = year_keys.monotonic() + year_keys.SECONDS
    monkeypatch.setattr(year_keys, "monotonic", lambda: later)

    with pytest.raises(KeyringError, match="destroyed"):
        _ = SourceDocument.objects.get().content


def test_nothing_is_sealed_under_a_key_that_is_gone(document, folder, person):
    for path in folder.glob("R9-*.key"):
        path.unlink()

    person.salary(1_000_000, payer="別の会社")

    (key,) = folder.glob("R9-*.key")
    assert [value[: len(key.stem)] == key.stem.encode() for value in raw()].count(True) == 1


def test_a_year_that_is_none_is_refused(folder):
    with pytest.raises(ValueError, match="課税年度"):
        year_keys.encrypt(b"a text", tax_year="2027", row="a")

    assert list(folder.iterdir()) == []
    assert Sealed(b"x") != EMPTY


# Letters of one matter to one person stand in different mailings: the database holds them to it
# only while they count. Two entries with one name hold the same bytes: their digest is in it.
ONE_ROW_OTHERWISE = {"letters.Letter.content", "sources.Entry.content"}
# One of these about one matter is written at a time: the moment tells it from the others.
BY_MOMENT = {
    *(f"letters.Domicile.{name}" for name in ("why", "name", "kana", "address")),
    *(f"levy.BasicsChange.{name}" for name in ("why", "before", "after")),
    *("cases.Amendment.reason", "images.DocumentNote.text", "notices.IssuedDocument.content"),
    *("reconcile.DependantAct.why", "taxfiles.ImportFault.remark"),
}


def names_one_row(model, column):
    """Tell whether no two rows of a model share what a sealed column is bound to."""
    paths = {path.removesuffix("_id") for path in column.row_paths}
    fields = {field.name: field for field in model._meta.concrete_fields}
    unique = [{name} for name, field in fields.items() if field.unique]
    unique += [
        set(one.fields)
        for one in model._meta.constraints
        if isinstance(one, models.UniqueConstraint) and one.condition is None
    ]
    within_a_year = [names - {"tax_year"} for names in unique]
    return any(names and names <= paths for names in within_a_year)


def test_every_sealed_column_is_bound_to_one_row():
    shared = {
        f"{model._meta.label}.{column.name}"
        for model, column in sealed_fields()
        if not names_one_row(model, column)
    }

    assert shared == ONE_ROW_OTHERWISE | BY_MOMENT


def test_two_texts_about_one_person_do_not_open_in_one_anothers_rows(person):
    first, second = (
        BasicsChange.objects.create(
            tax_year="R9",
            addressee=person.row,
            why=why,
            after={"ward": ward},
            state="dropped",
            proposed_by="K1001",
            proposed_at=RECEIVED + timedelta(seconds=number),
            decided_by="K1002",
            decided_at=RECEIVED,
        )
        for number, (why, ward) in enumerate([("届出", "東区"), ("職権", "西区")])
    )
    stored = BasicsChange.objects.values_list("why", flat=True).get(pk=second.pk)

    BasicsChange.objects.filter(pk=first.pk).update(why=stored)

    with pytest.raises(KeyringError):
        BasicsChange.objects.get(pk=first.pk).why  # noqa: B018
    assert BasicsChange.objects.get(pk=second.pk).why == "職権"
