"""Reads of papers. Another resident's do not exist."""

from uuid import UUID

from django.http import Http404

from config.keyed import rows_by
from portal.interview.authorities import MISSING_PROOF
from portal.interview.model import Situation
from portal.models import Draft, Paper, Submission
from portal.papers.models import Topic


def open_papers(draft: Draft) -> list[Paper]:
    """Return the papers that are not sent yet, the oldest first, without their bytes."""
    bytes_of_it = ("sealed", "sealed_thumbnail")
    mine = rows_by(Paper, {"draft_id": draft.pk, "submission_id": None}, without=bytes_of_it)
    return sorted(mine, key=lambda paper: (paper.added_at, paper.pk))


def own_open_paper(draft: Draft, pk: UUID) -> Paper:
    """Return a paper of one's own draft that is not sent yet; Http404 for any other."""
    found = Paper.objects.filter(draft=draft, submission__isnull=True, pk=pk).first()
    if found is None:
        raise Http404
    return found


def papers_of(submission: Submission) -> list[Paper]:
    """Return what was sent with a submission: names and digests, no pages any more."""
    return list(submission.papers.all())


def sent_before(draft: Draft) -> list[Paper]:
    """Return what earlier versions of the same filing brought along."""
    sent = Paper.objects.filter(draft=draft, submission__filing_id=draft.filing_id)
    return list(sent.select_related("submission").order_by("submission__version", "added_at"))


def fingerprint(papers: list[Paper]) -> list[str]:
    """Return what is sent in a few words, so that what was checked can be compared with it."""
    return [f"{paper.sha256}:{paper.topic}:{paper.turn}" for paper in papers]


def has_paper(draft: Draft, topic: str) -> bool:
    """Tell whether a sound paper of a kind was added, now or with an earlier version."""
    return any(
        paper.topic == topic and paper.scan != Paper.Scan.INFECTED
        for paper in [*open_papers(draft), *sent_before(draft)]
    )


def missing_proof(draft: Draft, situation: Situation) -> str:
    """Return what an agent's return still lacks to show 代理権, "" where nothing is missing."""
    if not situation.principal:
        return ""
    shown = has_paper(draft, Topic.AUTHORITY)
    return "" if shown else str(MISSING_PROOF[situation.principal["authority"]])
