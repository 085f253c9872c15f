"""An address that nobody confirmed is one that was only typed, whoever typed it."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import migrations
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone


def set_apart(apps, schema_editor):
    """Move the addresses of accounts with a password whose mailbox never answered."""
    Resident = apps.get_model("portal", "Resident")
    EmailAddress = apps.get_model("account", "EmailAddress")
    confirmed = EmailAddress.objects.filter(verified=True).values("user_id")
    typed = Resident.objects.filter(email__isnull=False).exclude(pk__in=confirmed)
    typed = typed.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    keys = list(typed.values_list("pk", flat=True))
    Resident.objects.filter(pk__in=keys).update(asked_email=Lower(F("email")), email=None)
    EmailAddress.objects.filter(user_id__in=keys).delete()
    if keys:
        apps.get_model("portal", "Event").objects.create(
            at=timezone.now(),
            actor="release:portal.0013",
            action="account.addresses",
            subject="residents",
            detail={"count": len(keys)},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0012_notices_by_stage"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(set_apart, migrations.RunPython.noop)]
