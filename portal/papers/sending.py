"""Papers leave with the return: what was seen when signing, each under its digest."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from filing.package import write_package
from portal.errors import StaleDraft
from portal.models import Draft, Paper, Submission
from portal.papers.queries import fingerprint
from portal.papers.services import check_sendable
from portal.services.signing import SignedReturn

SUFFIXES = {"pdf": "pdf", "jpeg": "jpg"}


def sendable(draft: Draft, seen: Sequence[str]) -> list[Paper]:
    """Return the papers that go with the return, under the draft's lock.

    Raises StaleDraft where they are not those that were there when it was signed, and PortalError
    where one was not scanned yet. What the scanner refused is not among them.
    """
    papers = list(Paper.objects.filter(draft=draft, submission__isnull=True))
    if fingerprint(papers) != list(seen):
        raise StaleDraft(
            _("署名のあとで書類が変わりました。もう一度、内容を確認して署名してください。")
        )
    check_sendable(papers)
    return papers


def package_of(submission: Submission, signed: SignedReturn, papers: list[Paper]) -> bytes:
    """Return the package (電子申請データ): the signed return, the papers, what is said of both."""
    clean = [paper for paper in papers if paper.scan == Paper.Scan.CLEAN]
    names = [f"papers/{n:02}.{SUFFIXES[paper.kind]}" for n, paper in enumerate(clean, start=1)]
    files = {"return.xml": signed.xml}
    files |= {name: paper.content for name, paper in zip(names, clean, strict=True)}
    return write_package(
        files=files,
        meta={
            "procedure": "resident-tax-return",
            "receipt_number": submission.receipt_number,
            "filing_id": str(submission.filing_id),
            "version": submission.version,
            "tax_year": submission.tax_year,
            "submitted_at": submission.submitted_at.isoformat(),
            "challenge": signed.document.challenge,
            "purpose_version": signed.document.purpose_version,
            "papers": [_said_of(*one) for one in zip(names, clean, strict=True)],
        },
    )


def sent(papers: Sequence[Paper], submission: Submission) -> None:
    """Erase the pages of what was sent; what the scanner had refused goes altogether."""
    for paper in papers:
        if paper.scan == Paper.Scan.INFECTED:
            paper.delete()
            continue
        paper.erase()
        paper.submission = submission
        paper.save(update_fields=["sealed", "sealed_thumbnail", "submission"])


def _said_of(file: str, paper: Paper) -> dict[str, Any]:
    assert paper.scanned_at is not None
    return {
        "file": file,
        "name": paper.name,
        "topic": paper.topic,
        "kind": paper.kind,
        "pages": paper.pages,
        "turn": paper.turn,
        "sha256": paper.sha256,
        "scan": {"outcome": paper.scan, "at": paper.scanned_at.isoformat()},
    }
