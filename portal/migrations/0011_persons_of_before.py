"""Accounts from before 0010 are told apart by the card that they have read, as the newer ones are."""

from datetime import date

from django.db import migrations
from django.utils import timezone

from config.keyring import KeyringError
from portal.sealing import unseal
from portal.services.same_person import person_key


def fold_of(row, table):
    """Return the fold of the card in a sealed row; empty where there is none, or it was erased."""
    try:
        card = unseal(bytes(row.sealed), table=table, column="content", row=row.pk)["card"]
        return person_key(card["name"], date.fromisoformat(card["birth_date"]), card["sex"])
    except (KeyringError, KeyError, TypeError, ValueError):
        return ""


def fold_of_account(resident):
    """Return the fold of the newest card that was read in an account for its holder's own return."""
    drafts = resident.drafts.filter(whose="").order_by("-changed_at")
    filed = resident.submissions.filter(draft__whose="", erased_at=None).order_by("-submitted_at")
    rows = [*((one, "draft") for one in drafts), *((one, "submission") for one in filed)]
    return next((fold for row, table in rows if (fold := fold_of(row, table))), "")


def remember_persons(apps, schema_editor):
    Resident = apps.get_model("portal", "Resident")
    found = 0
    for resident in Resident.objects.filter(person="").iterator():
        if fold := fold_of_account(resident):
            found += Resident.objects.filter(pk=resident.pk, person="").update(person=fold)
    if found:
        apps.get_model("portal", "Event").objects.create(
            at=timezone.now(),
            actor="release:portal.0011",
            action="account.persons",
            subject="residents",
            detail={"count": found},
        )


class Migration(migrations.Migration):
    dependencies = [("portal", "0010_account_without_address")]
    operations = [migrations.RunPython(remember_persons, migrations.RunPython.noop)]
