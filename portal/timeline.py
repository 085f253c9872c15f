"""The way of a submission: 送信, 連携, 到達, 署名の確認, 審査, 完了, each with its time."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.queries import hop_times
from portal.models import StatusMessage, Submission

DONE, CURRENT, WAITING, PROBLEM = "done", "current", "todo", "error"


@dataclass
class Event:
    """A step of the way. `state` is done, current, todo or error."""

    title: str | Promise
    text: str | Promise
    at: datetime | None = None
    state: str = WAITING


# Stages of the office that show that a step has been reached.
REACHED_BY = {
    "arrived": {"arrived"},
    "verified": {"verified"},
    "review": {"queued", "in_review", "correction_requested", "accepted"},
    "end": {"imported", "completed", "rejected", "withdrawn", "intake_error", "forwarded"},
}
# Reached and not over: what waits for a clerk, or lies before one, is not yet reviewed.
UNDER_WAY = {"queued", "in_review"}
END_TITLES = {
    "rejected": _("却下"),
    "withdrawn": _("取下げ"),
    "intake_error": _("受付エラー"),
    "forwarded": _("ほかの市町村へ回送"),
}
# Ends that come before the office has looked at all: what was not reported did not happen.
EARLY_ENDS = {"withdrawn", "intake_error"}


def timeline(submission: Submission) -> list[Event]:
    """Return the six steps as far as they are known, the current one marked.

    A way that ended early has no check that nobody made.
    """
    statuses = list(submission.statuses.all())
    hops = hop_times(submission.message_id)
    end = _first(statuses, "end")
    events = [
        Event(
            _("送信(受付番号の発行)"),
            _("この時刻に申告を受け付けました。"),
            submission.submitted_at,
        ),
        Event(_("連携"), _("市役所の中へ、封をしたまま運びます。"), hops.get("handed_over")),
        Event(
            _("到達"),
            _("市役所の中のシステムに届くと、時刻が出ます。"),
            _time(_first(statuses, "arrived")) or hops.get("confirmed"),
        ),
        Event(
            _("署名の確認"),
            _("電子署名と、本人であることを確かめます。"),
            _time(_first(statuses, "verified")),
        ),
        Event(_("審査"), _("職員が内容を確かめます。"), _time(_first(statuses, "review"))),
        Event(
            END_TITLES.get(end.stage, _("完了")) if end else _("完了"),
            "" if end else _("手続きが終わると、ここに出ます。"),
            _time(end),
        ),
    ]
    if end and end.stage in EARLY_ENDS:
        events = [*events[:3], *(event for event in events[3:] if event.at)]
    return _marked(events, submission)


def _first(statuses: list[StatusMessage], step: str) -> StatusMessage | None:
    return next((s for s in statuses if s.stage in REACHED_BY[step]), None)


def _time(status: StatusMessage | None) -> datetime | None:
    return status.occurred_at if status else None


def _marked(events: list[Event], submission: Submission) -> list[Event]:
    """Mark what is done; a later step that is known proves the earlier ones, time or not."""
    reached = max(position for position, event in enumerate(events) if event.at)
    if submission.stage in UNDER_WAY:
        reached -= 1
    for position, event in enumerate(events):
        event.state = DONE if position <= reached else WAITING
        if 0 < position <= reached:
            # It told what would happen.
            event.text = ""
    troubled = submission.state in ("needs_correction", "closed", "intake_error")
    if troubled and submission.stage != "withdrawn":
        # It stays there until the resident has done something.
        events[reached].state = PROBLEM
    elif reached < len(events) - 1:
        events[reached + 1].state = CURRENT
    return events
