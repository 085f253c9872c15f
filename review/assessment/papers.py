"""What merging reads of a document (課税資料), from a model or from a row of the city alike."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from review.assessment.models import SourceDocument

Kind = SourceDocument.Kind
RETURNS = (Kind.TAX_RETURN.value, Kind.RESIDENT_RETURN.value)
REPORTS = (Kind.SALARY_REPORT.value, Kind.PENSION_REPORT.value)


class Paper(Protocol):
    """A document: its id, kind, name, content and when it was received."""

    @property
    def pk(self) -> Any: ...
    @property
    def kind(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def content(self) -> dict[str, Any]: ...
    @property
    def received_at(self) -> Any: ...


class Row(NamedTuple):
    """A document as the whole-city run reads it: a tuple costs a tenth of a model.

    `received_at` in seconds since 1970, which are only compared.
    """

    pk: UUID
    kind: str
    source: str
    content: dict[str, Any]
    received_at: float


@cache
def precedence() -> dict[str, Any]:
    """Return the table of precedence (優先順位)."""
    path = Path(__file__).with_name("precedence.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def in_order(documents: list[Paper]) -> list[Paper]:
    """Return documents with the one that counts first at the front, whatever order they came in."""
    if len(documents) < 2:
        return documents
    rank = precedence()["rank"]
    # Two sorts: the later of one rank first, and names decide between equal moments. A tax return
    # says itself when it was filed, which counts before when it came here.
    by_time = sorted(
        documents,
        key=lambda d: (d.content.get("filed_on") or "", d.received_at, d.source),
        reverse=True,
    )
    return sorted(by_time, key=lambda d: rank.get(d.kind, 9))
