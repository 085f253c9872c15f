"""Writes to papers: scan, decode, then one transaction under the draft's lock."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from papers import MAX_FILES, MAX_TOTAL_BYTES, PaperRefused, Taken, plain_name, take_in
from portal.errors import DraftClosed, PortalError
from portal.models import Draft, Paper
from portal.papers import words
from portal.papers.scanner import scanner
from portal.services.events import record
from scanning import Outcome

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upload:
    """A file as a browser sent it; neither its name nor its type is believed."""

    name: str
    content: bytes


@dataclass
class Added:
    """What became of an upload: papers that were taken, and why others were not."""

    papers: list[Paper]
    refusals: list[str]


def attach(
    draft: Draft,
    uploads: Sequence[Upload],
    *,
    topic: str,
    by: str,
    now: datetime,
    instead_of: Paper | None = None,
) -> Added:
    """Take files in, each for itself: one that is refused keeps no other out.

    With `instead_of` the one upload takes the place of that paper. Raises DraftClosed where the
    return is sent already.
    """
    added = Added([], [])
    scanner_answers = True
    for upload in uploads:
        name = plain_name(upload.name) or _("名前のない書類")
        outcome = scanner().scan(upload.content).outcome if scanner_answers else Outcome.UNSCANNED
        # One that does not answer is asked once and not for every file of the page.
        scanner_answers = outcome != Outcome.UNSCANNED
        if outcome == Outcome.INFECTED:
            _note_infected(draft, by=by, now=now)
            added.refusals.append(words.infected(name))
            continue
        try:
            paper = _paper(draft, name, take_in(upload.content), topic, outcome, now)
            added.papers.append(_store(paper, by=by, now=now, instead_of=instead_of))
        except PaperRefused as refused:
            added.refusals.append(words.refusal(refused.code, name))
        except DraftClosed:
            raise
        except PortalError as refused:
            added.refusals.append(refused.message)
    return added


def turn(paper: Paper, *, by: str, now: datetime) -> None:
    """Turn a paper clockwise by a quarter; its bytes, and so its digest, stay as they are."""
    with transaction.atomic():
        locked = _locked(paper)
        locked.turn = (locked.turn + 90) % 360
        locked.save(update_fields=["turn"])
        record(by=by, action="paper.turn", subject=f"paper:{paper.pk}", now=now)


def remove(paper: Paper, *, by: str, now: datetime) -> None:
    """Take a paper out for good."""
    with transaction.atomic():
        _locked(paper).delete()
        record(by=by, action="paper.remove", subject=f"paper:{paper.pk}", now=now)


def check_sendable(papers: Sequence[Paper]) -> None:
    """Raise PortalError where a paper was not scanned yet: nothing unscanned is ever sent."""
    if any(paper.scan == Paper.Scan.WAITING for paper in papers):
        raise PortalError(
            _(
                "ウイルス検査の終わっていない書類があります。しばらく待つか、"
                "その書類を外して申告してください。書類は、あとから訂正で足せます。"
            )
        )


def _paper(
    draft: Draft, name: str, taken: Taken, topic: str, outcome: Outcome, now: datetime
) -> Paper:
    clean = outcome == Outcome.CLEAN
    paper = Paper(
        draft=draft,
        topic=topic,
        kind=taken.kind,
        pages=taken.pages,
        size=len(taken.content),
        sha256=hashlib.sha256(taken.content).hexdigest(),
        scan=Paper.Scan.CLEAN if clean else Paper.Scan.WAITING,
        scanned_at=now if clean else None,
        scan_due_at=None if clean else now,
        added_at=now,
    )
    paper.name, paper.content, paper.thumbnail = name, taken.content, taken.thumbnail
    return paper


def _store(paper: Paper, *, by: str, now: datetime, instead_of: Paper | None) -> Paper:
    """Store a paper under the draft's lock; one that is there already is given back."""
    with transaction.atomic():
        _lock_open(paper.draft)
        held = Paper.objects.filter(draft=paper.draft, submission__isnull=True)
        known = held.filter(sha256=paper.sha256).first()
        if known:
            return known
        if instead_of:
            held.filter(pk=instead_of.pk).delete()
            paper.topic = instead_of.topic
        if held.count() >= MAX_FILES:
            raise PortalError(words.too_many())
        if (held.aggregate(bytes=Sum("size"))["bytes"] or 0) + paper.size > MAX_TOTAL_BYTES:
            raise PortalError(words.too_much())
        paper.save(force_insert=True)
        action = "paper.replace" if instead_of else "paper.add"
        record(by=by, action=action, subject=f"paper:{paper.pk}", now=now, size=paper.size)
    return paper


def _note_infected(draft: Draft, *, by: str, now: datetime) -> None:
    logger.warning("a paper was refused: the scanner found something in it")
    with transaction.atomic():
        record(by=by, action="paper.infected", subject=f"draft:{draft.pk}", now=now)


def _locked(paper: Paper) -> Paper:
    """Lock draft and paper, in that order; PortalError where somebody else was faster."""
    _lock_open(paper.draft)
    found = Paper.objects.select_for_update().filter(pk=paper.pk, submission__isnull=True).first()
    if found is None:
        raise PortalError(_("この書類は、別の画面で外されています。一覧を開き直してください。"))
    return found


def _lock_open(draft: Draft) -> None:
    if Draft.objects.select_for_update().get(pk=draft.pk).state != Draft.State.OPEN:
        raise DraftClosed(_("この申告はもう送信されています。内容は「出した申告」で見られます。"))
