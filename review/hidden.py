"""The door before hidden people (他業務参照不可): each address about somebody, in one table.

Asked before any view runs. An address that stands in neither table fails its test: a new page says
here whose data it opens.
"""

from typing import Any, NamedTuple

from django.apps import apps
from django.db import transaction
from django.http import Http404

from review.addressees.models import Addressee
from review.addressees.visibility import sees_restricted
from review.audit.services import record_by
from review.staff.access import StaffRequest


class About(NamedTuple):
    """Which part of an address names a row of which table, and how that leads to the people."""

    part: str
    table: str
    paths: tuple[str, ...] = ("addressee",)
    # The people stand there by their 宛名番号 instead of a reference.
    by_number: bool = False


_PERSON = About("person_id", "addressees.Addressee", ("pk",))
_CASE = About("case_id", "cases.Case")
_RULING = About("entry_id", "reconcile.Disagreement")
_PAPER = About("entry_id", "paper.PaperEntry", ("case__addressee",))
_DOCUMENT = About("document_id", "assessment.SourceDocument")
_DECISION = About("decision_id", "levy.Decision")
_OF_DOCUMENT = ("decision__addressee", "target__addressee")
_OF_MAIL = ("document__decision__addressee", "document__target__addressee")
ABOUT: dict[str, About] = {
    "person": _PERSON,
    "person-contact": _PERSON,
    "person-account": _PERSON,
    "person-relate": _PERSON,
    "assessment": _PERSON,
    "assess": _PERSON,
    "correction-propose": _PERSON,
    "basics": _PERSON,
    "basics-propose": _PERSON,
    "basics-decide": About("change_id", "levy.BasicsChange"),
    "dependant-propose": _PERSON,
    "dependant-decide": About("act_id", "reconcile.DependantAct", ("claimant", "dependant")),
    "returned-end": About("mail_id", "notices.ReturnedMail", _OF_MAIL),
    "domicile-decide": About("domicile_id", "letters.Domicile"),
    "mailing-out": About("target_id", "mailing.Target"),
    "mailing-preview": About("target_id", "mailing.Target"),
    "case": _CASE,
    "case-addressee": _CASE,
    "case-number": _CASE,
    "case-paper": _CASE,
    "case-paper-picture": _CASE,
    "case-act": _CASE,
    "image": _DOCUMENT,
    "image-picture": _DOCUMENT,
    "image-note-add": _DOCUMENT,
    "image-note-remove": About("note_id", "images.DocumentNote", ("document__addressee",)),
    "amendment": About("amendment_id", "cases.Amendment", ("case__addressee",)),
    "correction-decide": _DECISION,
    "document-issue": _DECISION,
    "document-reissue": About("number", "notices.IssuedDocument", _OF_DOCUMENT),
    "ruling-propose": _RULING,
    "ruling-confirm": _RULING,
    "ruling-send-back": _RULING,
    "paper-entry": _PAPER,
    "paper-edit": _PAPER,
    "paper-register": _PAPER,
    "paper-turn-down": _PAPER,
    "source-entry": About("entry_id", "sources.Entry"),
    "source-propose": About("entry_id", "sources.Entry"),
    "source-decide": About("proposal_id", "sources.LinkProposal"),
    "forwarding-propose": About("entry_id", "sources.Entry"),
    "forwarding-decide": About(
        "decision_id", "forwarding.ForwardingDecision", ("case__addressee", "entry__addressee")
    ),
    "same-confirm": About("relation_id", "addressees.SamePerson", ("first", "second")),
    "fault-settle": About("fault_id", "taxfiles.ImportFault", ("case__addressee",)),
    "rights-act": About("number", "rights.RightsRequest"),
    "rights-take": About("number", "rights.RightsRequest"),
    "retention-end-hold": About("hold_id", "retention.Hold", ("addressee_number",), by_number=True),
}
# Addresses with parts that name no person's row: files, lists, runs, colleagues.
ABOUT_NOBODY = frozenset(
    {
        *("forget-filter", "euc", "export-approve", "export-take", "paper-new"),
        *("key-approve", "key-revoke", "grant-approve", "grant-revoke"),
        *("staff-member", "transfer", "unlock", "audit-month"),
        *("levy-run", "levy-decide", "source", "source-act", "source-errors"),
        *("incident", "incident-close", "hand-over-end", "link-file-receipt", "link-file-order"),
        # Their own rules leave hidden people out: what an office gets has none.
        *("transfer-ask", "transfer-decide", "transfer-hand-out", "transfer-target"),
        *("tax-file", "tax-file-approve", "tax-file-drop", "tax-file-take", "tax-file-result"),
        *("recipient-decide", "recipient-end"),
        # Hidden people are left out of the lists there; a letter goes to the authority itself.
        *("letter", "letter-confirm", "letter-drop", "letter-take", "domiciles"),
        "domicile-propose",
        *("forwarding", "forwarding-confirm", "forwarding-drop", "forwarding-send"),
        # Whom an employer withholds from is left out there; a file of notices goes to the printer.
        *("employers", "employer", "notices-decide", "notice-file", "notice-numbers"),
        *("notices-again", "notices-handed", "mailing-list", "business"),
        *("forwarding-make-of-file", "retention-run", "retention-approve", "retention-cancel"),
        *("retention-certificate", "retention-schedule-decide", "retention-disposal-act"),
        "retention-place-act",
    }
)


def refuse_hidden(request: StaffRequest, name: str, parts: dict[str, Any]) -> None:
    """Raise Http404, as for what is not there, where the address is about a hidden person."""
    if name not in ABOUT or sees_restricted(request.user):
        return
    hidden = _hidden(ABOUT[name], parts)
    if hidden is None:
        return
    with transaction.atomic():
        record_by(
            request.actor,
            "access.denied",
            reason=str(request.purpose or "他業務参照不可"),
            now=request.now,
            subject=request.path[:100],
            addressee_number=hidden.number,
            four_attributes=hidden.four_attributes,
            detail={"why": "restricted"},
        )
    raise Http404


def _hidden(about: About, parts: dict[str, Any]) -> Addressee | None:
    """Return a hidden person whom the row is about, if there is one."""
    rows = apps.get_model(about.table)._default_manager.filter(pk=parts[about.part])
    found = [row for path in about.paths for row in rows.values_list(path, flat=True)]
    key = "number__in" if about.by_number else "pk__in"
    return Addressee.objects.filter(restricted=True, **{key: found}).first()
