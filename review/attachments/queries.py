"""Reads of papers (添付書類の参照)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from review.attachments.models import Paper
from review.cases.models import Case

SCANNED_WITHIN = timedelta(minutes=15)


class PaperAltered(Exception):
    """A paper's bytes are not those whose digest was written down when it arrived."""


def content_of(paper: Paper) -> bytes:
    """Return a paper's bytes out of its original; PaperAltered where the digest differs."""
    content = paper.case.original.package().files[paper.file]
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        raise PaperAltered
    return content


def papers_of(case: Case) -> list[Paper]:
    """Return the papers of a filing: this version's, then those of earlier ones, newest first."""
    versions = Paper.objects.filter(case__filing_id=case.filing_id, case__version__lte=case.version)
    return list(versions.select_related("case").order_by("-case__version", "number"))


def shut_cases(now: datetime) -> QuerySet[Any]:
    """Return the ids of cases with a paper that is shut away, or that waits for too long."""
    late = Q(scan=Paper.Scan.WAITING, case__received_at__lt=now - SCANNED_WITHIN)
    shut = Paper.objects.filter(Q(scan=Paper.Scan.INFECTED) | late)
    return shut.exclude(scan=Paper.Scan.CLEAN).values("case")


def held_among(cases: Iterable[Case]) -> set[object]:
    """Return the ids of the cases with a paper that nobody may open."""
    held = Paper.objects.filter(case__in=list(cases)).exclude(scan=Paper.Scan.CLEAN)
    return set(held.values_list("case_id", flat=True))
