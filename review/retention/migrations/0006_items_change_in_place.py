"""A list's lines change in their own page when their record is gone: a million of them do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("retention", "0005_rules_are_fixed")]
    operations = [
        migrations.RemoveIndex(model_name="runitem", name="item_pending"),
        migrations.AddIndex(
            model_name="runitem",
            index=models.Index(
                fields=["run", "procedure", "kind", "id"], name="item_in_order"
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE retention_runitem SET (fillfactor = 55)",
            "ALTER TABLE retention_runitem RESET (fillfactor)",
        ),
    ]
