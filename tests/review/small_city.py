"""A small city for a year's run: people with documents, made without the way of a filing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from demo.city import personal_number
from review.addressees.models import Addressee, number_index
from review.assessment.models import SourceDocument
from review.levy.models import YearRun
from review.levy.year import assess_chunks, confirm_run, finish_run, propose_run
from tests.review.story import REASON, SYSTEM, actor

RECEIVED = datetime(2027, 1, 20, 0, 0, tzinfo=UTC)
DECIDED = datetime(2027, 5, 10, 3, 0, tzinfo=UTC)
WARDS = ("中央区", "東区", "西区", "南区", "北区")


@dataclass
class Resident:
    """A resident, and how documents about them are put in."""

    row: Addressee
    personal_number: str

    @property
    def key(self) -> str:
        """What a document of somebody else knows this person by."""
        return number_index(self.personal_number).hex()

    def document(self, kind: str, source: str = "", **content: Any) -> SourceDocument:
        with transaction.atomic():
            return SourceDocument.objects.create(
                tax_year=content.pop("tax_year", "R9"),
                addressee=self.row,
                kind=kind,
                source=source or f"{kind}-{self.row.number}-{content.get('payer', '')}",
                content=content,
                received_at=content.pop("received_at", RECEIVED),
            )

    def salary(self, revenue: int = 4_000_000, payer: str = "白川商事", **more: Any) -> Any:
        given = {"withheld_tax": revenue // 40, "social_insurance": revenue * 15 // 100}
        return self.document(
            "salary_report",
            payer=payer,
            payer_number="7123456789012",
            revenue=revenue,
            **given,
            **more,
        )

    def pension(self, revenue: int = 1_800_000, **more: Any) -> Any:
        given = {"withheld_tax": 0, "social_insurance": 90_000}
        return self.document(
            "pension_report", payer="日本年金機構", revenue=revenue, **given, **more
        )

    def filed(self, answers: dict[str, Any], dependants: list[str] = (), **more: Any) -> Any:
        source = f"return-{self.row.number}-{more.get('source', 1)}"
        content = {"answers": answers, "dependants": list(dependants)}
        return self.document("resident_return", source, **content)


def resident(serial: int, *, born: date = date(1985, 4, 1), **more: Any) -> Resident:
    number = personal_number(700_000 + serial)
    row = Addressee(
        number=f"2{serial:08d}",
        kana=f"シミン {serial}",
        birth_date=born,
        sex="2" if serial % 2 else "1",
        address=f"熊本県熊本市{WARDS[serial % 5]}白川町{serial}番1号",
        ward=WARDS[serial % 5],
        **more,
    )
    row.take_name(f"市民 {serial}")
    row.take_number(number)
    row.save(force_insert=True)
    return Resident(row, number)


def relative_of(
    person: Resident, *, income: int = 0, born: str = "", **more: Any
) -> dict[str, Any]:
    """Return how a return names a person as a relative (numbers are taken out at import)."""
    return {
        "name": person.row.name,
        "kana": person.row.kana,
        "relation": "child",
        "birth_date": born or person.row.birth_date.isoformat(),
        "personal_number": "",
        "total_income": income,
        "living": "together",
        "disability": "",
        "cohabiting_parent": False,
    } | more


def run_year(staff: dict[str, Any], tax_year: str = "R9", *, size: int = 3, now=DECIDED) -> YearRun:
    """Run a year through: Suzuki starts, Tanaka confirms, the batch works."""
    run = begin_year(staff, tax_year, size=size, now=now)
    assess_chunks(run, by=SYSTEM, now=now)
    return finish_run(run, by=SYSTEM, now=now)


def begin_year(
    staff: dict[str, Any], tax_year: str = "R9", *, size: int = 3, now=DECIDED
) -> YearRun:
    run = propose_run(tax_year, by=actor(staff["suzuki"]), reason=REASON, now=now)
    return confirm_run(run, by=actor(staff["tanaka"]), reason=REASON, now=now, size=size)
