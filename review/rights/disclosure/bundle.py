"""The disclosure's file (開示のファイル): one ZIP with a PDF to read, JSON, and the papers.

The person's own number stays masked: they have it on their card, and a file is lost easily. What
is about others (家族, 支払者) stands in it; the first page says so to whoever hands it over.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from config.keyring import KeyringError
from config.pdf import render
from review.addressees.models import Addressee
from review.assessment.preparing import municipality
from review.attachments.models import Paper
from review.attachments.queries import PaperAltered, content_of
from review.rights.disclosure.facts import text
from review.rights.disclosure.sections import sections
from review.rights.models import RightsRequest

PAGE = Path(__file__).parent / "disclosure.typ"
# The same content gives the same bytes: a ZIP knows no time before this one.
MADE = (1980, 1, 1, 0, 0, 0)


def write(person: Addressee, request: RightsRequest, *, now: datetime) -> bytes:
    """Return the ZIP: disclosure.pdf, disclosure.json, papers/…, and what could not be put in."""
    said = content(person, request, now=now)
    papers = dict(_papers(person, said["missing"]))
    files = {
        "disclosure.pdf": render(PAGE, said, at=now, boxes=True),
        "disclosure.json": json.dumps(said, ensure_ascii=False, indent=1).encode(),
    } | papers
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, MADE), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def content(person: Addressee, request: RightsRequest, *, now: datetime) -> dict[str, Any]:
    """Return all that the file says, as JSON can hold it."""
    return {
        "city": municipality(),
        "request": request.number,
        "person": person.number,
        "made_at": text(now),
        "sections": [asdict(section) for section in sections(person)],
        "missing": _shut(person),
    }


def _shut(person: Addressee) -> list[str]:
    """Return the papers that nobody may open: the virus scanner has not passed them."""
    papers = Paper.objects.filter(case__addressee=person).exclude(scan=Paper.Scan.CLEAN)
    return [f"{_name(paper)}: {paper.get_scan_display()}" for paper in papers.order_by("pk")]


def _papers(person: Addressee, missing: list[str]) -> Iterator[tuple[str, bytes]]:
    papers = Paper.objects.filter(case__addressee=person, scan=Paper.Scan.CLEAN)
    for paper in papers.select_related("case__original").order_by("pk"):
        try:
            yield _name(paper), content_of(paper)
        except (KeyringError, KeyError, PaperAltered) as error:
            missing.append(f"{_name(paper)}: {type(error).__name__}")


def _name(paper: Paper) -> str:
    """Return a name that says whose it is without what the resident called it."""
    end = Path(paper.file).suffix
    return f"papers/{paper.case.receipt_number}-{paper.case.version}-{paper.number}{end}"
