"""Papers arrive with the package (到達): counted and compared with what the portal said of them."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from exchange.errors import Refused
from filing.package import Package
from papers import MAX_FILES, MAX_PAGES, Kind, kind_of, plain_name
from review.attachments.models import Paper
from review.attachments.tasks import wake

if TYPE_CHECKING:
    from review.cases.models import Case

RETURN = "return.xml"
KEPT_KINDS = {Kind.PDF, Kind.JPEG}
TURNS = {0, 90, 180, 270}


def read_papers(package: Package) -> list[dict[str, Any]]:
    """Return what is said of each paper; Refused where files and words differ in anything."""
    said = package.meta.get("papers", [])
    files = set(package.files) - {RETURN}
    if not isinstance(said, list) or len(said) > MAX_FILES:
        raise Refused("papers_differ")
    try:
        found = [_read(entry, package) for entry in said]
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("malformed_papers") from error
    if len(found) != len(files) or {entry["file"] for entry in found} != files:
        raise Refused("papers_differ")
    return found


def store_papers(case: "Case", found: list[dict[str, Any]], *, now: datetime) -> None:
    """Store what is said of a case's papers; each waits for this zone's own scanner."""
    for number, entry in enumerate(found, start=1):
        facts = dict(entry)
        name = facts.pop("name")
        paper = Paper(case=case, number=number, scan_due_at=now, **facts)
        paper.seal_name(name, tax_year=case.tax_year)
        paper.save(force_insert=True)
    if found:
        wake()


def _read(entry: dict[str, Any], package: Package) -> dict[str, Any]:
    content = package.files[str(entry["file"])]
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise Refused("papers_differ")
    if kind_of(content) != entry["kind"] or entry["kind"] not in KEPT_KINDS:
        raise Refused("papers_differ")
    scanned = datetime.fromisoformat(entry["scan"]["at"])
    if entry["scan"]["outcome"] != "clean" or scanned.tzinfo is None:
        raise Refused("paper_not_scanned")
    facts: dict[str, Any] = {
        "file": str(entry["file"]),
        "name": plain_name(str(entry["name"])),
        "topic": str(entry["topic"])[:20],
        "kind": str(entry["kind"]),
        "pages": int(entry["pages"]),
        "turn": int(entry["turn"]),
        "size": len(content),
        "sha256": str(entry["sha256"]),
        "scanned_outside_at": scanned,
    }
    if not 1 <= facts["pages"] <= MAX_PAGES or facts["turn"] not in TURNS:
        raise Refused("malformed_papers")
    return facts
