"""What names people and payers in the check list is sealed; a keyed hash tells rows apart."""

from itertools import islice

from django.conf import settings
from django.db import migrations, models

from config.keyring import blind_index
from review.sealed_fields import SealedJSONField
from review.sealing_rows import BATCH, sealing

TEXTS = ("key", "label", "declared", "reported", "settled_reason")
# Kept by the entries that were written then; the trigger comes again with `sealing`.
GATHER = """
ALTER TABLE reconcile_disagreement DISABLE TRIGGER USER;
UPDATE reconcile_disagreement SET said = jsonb_build_object('key', key, 'label', label,
    'declared', declared, 'reported', reported, 'settled_reason', settled_reason)
"""


def hash_keys(apps, schema_editor):
    rows = apps.get_model("reconcile", "Disagreement").objects.order_by("pk")
    found = rows.values_list("pk", "key", "kind", "reported").iterator(BATCH)
    with schema_editor.connection.cursor() as cursor:
        while batch := list(islice(found, BATCH)):
            others = [hashed(said) if k == "dependant_twice" else "" for _p, _k, k, said in batch]
            cursor.execute(
                "UPDATE reconcile_disagreement t SET key_index = v.own, others_index = v.others"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v (pk, own, others)"
                " WHERE t.id = v.pk",
                [[pk for pk, *_rest in batch], [hashed(key) for _pk, key, *_rest in batch], others],
            )


def hashed(text):
    return blind_index(settings.INDEX_KEY, "disagreement", text).hex()


class Migration(migrations.Migration):
    dependencies = [("reconcile", "0005_changes_are_audited")]
    operations = [
        migrations.AddField(
            "disagreement", "said", models.JSONField(default=dict), preserve_default=False
        ),
        migrations.AddField(
            "disagreement",
            "key_index",
            models.CharField(max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "disagreement", "others_index", models.CharField(max_length=64, default="", db_default="")
        ),
        migrations.RunSQL(GATHER),
        migrations.RunPython(hash_keys),
        migrations.RemoveConstraint("disagreement", "disagreement_once"),
        *(migrations.RemoveField("disagreement", name) for name in TEXTS),
        *sealing(
            "reconcile",
            "Disagreement",
            said=SealedJSONField(
                year="tax_year",
                row="disagreement:{addressee_id}:{kind}:{key_index}",
                default=dict,
            ),
        ),
        migrations.AddConstraint(
            "disagreement",
            models.UniqueConstraint(
                fields=["tax_year", "addressee", "kind", "key_index"], name="disagreement_once"
            ),
        ),
    ]
