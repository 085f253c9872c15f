"""Fold the names of the people who are there already, as searches now expect them."""

from django.db import migrations

from review.addressees.folding import kana_key, search_key

CHUNK = 2_000


def fold(apps, schema_editor):
    Addressee = apps.get_model("addressees", "Addressee")
    batch = []
    for person in Addressee.objects.only("id", "name", "kana").iterator(chunk_size=CHUNK):
        person.name_key, person.kana_key = search_key(person.name), kana_key(person.kana)
        batch.append(person)
        if len(batch) == CHUNK:
            Addressee.objects.bulk_update(batch, ["name_key", "kana_key"])
            batch = []
    Addressee.objects.bulk_update(batch, ["name_key", "kana_key"])


class Migration(migrations.Migration):
    dependencies = [("addressees", "0002_register")]
    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
