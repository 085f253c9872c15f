"""The forms of the acts, filled with what the case has to choose from."""

from typing import Any

from django import forms

import filing
from filing import Return
from review.agency.forms import AgentForm
from review.agency.services import checks_of
from review.cases.amendments import amounts_of
from review.cases.forms import (
    ActForm,
    AmendmentForm,
    CommentForm,
    CorrectionForm,
    ForwardForm,
    HoldForm,
    NoteForm,
    RejectionForm,
    TickForm,
    WaiverForm,
)
from review.cases.models import Case
from review.cases.presentation import blocks_of
from review.cases.steps import Step

PLAIN: dict[str, type[forms.Form]] = {
    "comment": CommentForm,
    "rejection": RejectionForm,
    "hold": HoldForm,
    "forward": ForwardForm,
}


def act_form(step: Step, shown: Case, document: Return | None, data: Any = None) -> forms.Form:
    """Return the form that an act posts, with the revision that the page shows."""
    options: dict[str, Any] = {"initial": {"seen": shown.revision}, "prefix": step.code}
    if step.form == "correction":
        form = filing.load_form(shown.tax_year)
        acted = bool(document and document.agent)
        blocks = [
            (f"answers.{group.code}", group.label)
            for group in form.groups
            if acted or group.code != "agent"
        ]
        return CorrectionForm(data, blocks=blocks, **options)
    if step.form == "amendment":
        amounts = amounts_of(document) if document else {}
        choices = [(field, _with_amount(*entry)) for field, entry in amounts.items()]
        return AmendmentForm(data, amounts=choices, **options)
    if step.form == "waiver":
        findings = [
            (place, entry["message"])
            for place, entry in enumerate(shown.checks)
            if not entry.get("waived")
        ]
        return WaiverForm(data, findings=findings, **options)
    if step.form == "agent":
        return AgentForm(data, checks=checks_of(shown), **options)
    if step.form == "note":
        slips = [note.slip for note in shown.notes.order_by("id") if note.slip]
        return NoteForm(data, slips=slips, **options)
    if step.form == "tick":
        blocks_shown = blocks_of(document, ()) if document else []
        return TickForm(data, items=[block.code for block in blocks_shown], **options)
    return PLAIN.get(step.form, ActForm)(data, **options)


def _with_amount(label: str, filed: int | None) -> str:
    return label if filed is None else f"{label} ({filed:,})"
