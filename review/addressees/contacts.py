"""Contacts and accounts (送付先・特宛人・口座): a new one ends the one before, and is logged."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from review.addressees.models import Addressee, BankAccount, Contact
from review.addressees.records import write_down
from review.staff.actors import Actor

# Notices go to the heirs of the dead, else to the 納税管理人, else to the 送付先, else home.
ORDER = (Contact.Kind.HEIR, Contact.Kind.MANAGER, Contact.Kind.MAIL)


def set_contact(
    person: Addressee, given: Mapping[str, Any], *, by: Actor, reason: str, now: datetime
) -> Contact:
    """Set a contact: kind, name, postal_code, address, since."""
    with transaction.atomic():
        Addressee.objects.select_for_update(no_key=True).get(pk=person.pk)
        _end(Contact.objects.filter(addressee=person, kind=given["kind"]), given["since"])
        made = Contact.objects.create(addressee=person, **given, entered_at=now, entered_by=by.id)
        detail = {"kind": made.kind, "since": made.since.isoformat()}
        write_down("contact.set", person, by=by, reason=reason, now=now, detail=detail)
    return made


def set_account(
    person: Addressee,
    given: Mapping[str, Any],
    *,
    account_number: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> BankAccount:
    """Set the bank account: bank_code, branch_code, kind, holder_kana, since, and the number."""
    with transaction.atomic():
        Addressee.objects.select_for_update(no_key=True).get(pk=person.pk)
        _end(BankAccount.objects.filter(addressee=person), given["since"])
        made = BankAccount(addressee=person, **given, entered_at=now, entered_by=by.id)
        made.take_number(account_number)
        made.save(force_insert=True)
        detail = {"account": made.shown, "since": made.since.isoformat()}
        write_down("account.set", person, by=by, reason=reason, now=now, detail=detail)
    return made


def mail_address(person: Addressee, *, on: date) -> tuple[str, str, str]:
    """Return name, postal code and address to which a notice of this day goes."""
    # All of a person's few contacts: a batch has read them for many people at once.
    open_then = [
        contact
        for contact in person.contacts.all()
        if contact.since <= on and (contact.until is None or contact.until >= on)
    ]
    for kind in ORDER:
        for contact in open_then:
            if contact.kind == kind:
                return contact.name, contact.postal_code, contact.address
    return person.name, "", person.address


def _end(rows: Any, since: date) -> None:
    for row in rows.filter(until__isnull=True):
        row.until = max(row.since, since - timedelta(days=1))
        row.save(update_fields=["until"])
