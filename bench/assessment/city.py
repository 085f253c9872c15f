"""A synthetic city in the database: residents and at least one document for each, by COPY.

The incomes are those of bench.tax.city; nobody in it exists. Every resident has a document,
children too, which no real city has: the run measured is larger than a real one.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bench.tax.city import synthetic_city
from demo.city import personal_number
from review import year_locks
from review.addressees.models import number_index
from review.assessment.models import SourceDocument
from review.sealed_fields import sealed_field
from tax.columns import Columns

WARDS = ("中央区", "東区", "西区", "南区", "北区")
RECEIVED = datetime(2027, 1, 25, tzinfo=UTC)
TAX_YEAR, INCOME_YEAR = "R9", 2026
_PERSON = (
    *("id", "number", "name", "kana", "birth_date", "sex", "address", "address_jan1", "ward"),
    *("name_key", "kana_key", "number_sealed", "number_index"),
)
_DOCUMENT = ("id", "tax_year", "addressee_id", "kind", "source", "content", "received_at")
Row = tuple[Any, ...]


def fill(people: int) -> dict[str, int]:
    """Enter so many residents and their documents; return how many of each."""
    city = synthetic_city(people)
    copied = {"people": copy_people(city)}
    with transaction.atomic():
        # Sealed while they are copied: the connection is busy then.
        year_locks.share(TAX_YEAR)
        copied["documents"] = _copy("assessment_sourcedocument", _DOCUMENT, _documents(city))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return copied


def copy_people(city: Columns) -> int:
    """Enter the residents of a synthetic city; return how many."""
    return _copy("addressees_addressee", _PERSON, _people(city))


def _copy(table: str, columns: tuple[str, ...], rows: Iterator[Row]) -> int:
    count = 0
    statement = f"COPY {table} ({','.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def person_id(serial: int) -> UUID:
    return UUID(int=(0xB << 124) | serial)


def _people(city: Columns) -> Iterator[Row]:
    ages = city.facts["age"].tolist()
    for serial, age in enumerate(ages):
        born = date(INCOME_YEAR - age, 1 + serial % 12, 1 + serial % 28)
        name, address = f"市民 {serial}", f"熊本県熊本市{WARDS[serial % 5]}試験町{serial}番地"
        own = (person_id(serial), f"{500_000_000 + serial}", name, f"シミン {serial}", born)
        place = ("2" if serial % 2 else "1", address, address, WARDS[serial % 5])
        index = number_index(personal_number(serial))
        yield *own, *place, f"市民{serial}", f"シミン{serial}", b"sealed", index


def _documents(city: Columns) -> Iterator[Row]:
    """Yield the documents of each resident in turn, as rows of the table."""
    sealing = sealed_field(SourceDocument, "content")
    for serial, at, kind, content in contents_of(city):
        source = f"{kind}-{serial}-{at}"
        name = sealing.row_name({"kind": kind, "source": source})
        sealed = sealing.seal(content, tax_year=TAX_YEAR, row=name).data
        yield (
            UUID(int=(0xD << 124) | serial << 8 | at),
            *(TAX_YEAR, person_id(serial), kind, source, sealed, RECEIVED),
        )


def contents_of(city: Columns) -> Iterator[tuple[int, int, str, Any]]:
    """Yield resident, place among the resident's documents, kind and content."""
    names = ("age", "salary", "public_pension", "life_new_general", "furusato")
    columns = [city.facts[name].tolist() for name in (*names, "medical_paid", "has_spouse")]
    assert city.offsets is not None
    offsets, ages = city.offsets.tolist(), city.relatives["age"].tolist()
    for serial, facts in enumerate(zip(*columns, strict=True)):
        family = ages[offsets[serial] : offsets[serial + 1]]
        for at, (kind, content) in enumerate(_of_resident(serial, facts, family)):
            yield serial, at, kind, content


def _of_resident(serial: int, facts: Row, family: list[int]) -> Iterator[tuple[str, Any]]:
    age, salary, pension, life, gift, medical, married = facts
    payer = f"株式会社試験商店{serial % 9000}"
    slip = {"payer": payer, "revenue": salary, "withheld_tax": salary // 40}
    if salary:
        more = {"payer_number": f"{7_000_000_000_000 + serial % 9000}", "new_life": life}
        more |= {"spouse": "1", "spouse_income": 0} if married else {"spouse": "2"}
        counts = _counts(family)
        own = slip | {"social_insurance": salary * 15 // 100, "counts": counts} | more
        keys = [number_index(f"child-{serial}-{n}").hex() for n in range(len(family))]
        own["family"] = [
            {"role": "under_16" if a < 16 else "dependant", "key": k}
            for a, k in zip(family, keys, strict=True)
        ]
        yield "salary_report", own
    if pension:
        yield (
            "pension_report",
            {"payer": "日本年金機構", "revenue": pension, "social_insurance": pension * 6 // 100},
        )
        if age >= 65:
            paid = {"scheme": "care", "paid": 72_000, "special_collection": 72_000}
            yield "insurance", paid
    if gift:
        yield "one_stop", {"municipality_code": "999993", "payer": "試験市", "donated": gift}
    if medical or not (salary or pension):
        answers: dict[str, Any] = {"income_kinds": ["salary"] if salary else []}
        if salary:
            answers["salaries"] = [slip | {"social_insurance": salary * 15 // 100}]
        if medical:
            answers["medical"] = {"method": "medical", "paid": medical}
        else:
            answers["no_income"] = {"reason": "dependent"}
        yield "resident_return", {"answers": answers, "dependants": []}


def _counts(family: list[int]) -> dict[str, int]:
    classes = [
        "under_16"
        if age < 16
        else "specific"
        if 19 <= age <= 22
        else "elderly"
        if age >= 70
        else "other"
        for age in family
    ]
    return {name: classes.count(name) for name in sorted(set(classes))}
