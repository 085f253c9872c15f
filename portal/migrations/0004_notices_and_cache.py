"""Mails are retried with a cap; reminders for those who ask; one cache for all processes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery


def fill(apps, schema_editor):
    """Give every mail its resident, and let those that wait be due."""
    notice = apps.get_model("portal", "Notice")
    submission = apps.get_model("portal", "Submission")
    owner = submission.objects.filter(pk=OuterRef("submission")).values("resident")[:1]
    notice.objects.update(resident=Subquery(owner))
    notice.objects.filter(sent_at__isnull=True).update(due_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_versions")]

    operations = [
        migrations.AddField(
            model_name="resident",
            name="wants_reminders",
            field=models.BooleanField(default=False, verbose_name="期限の前にメールを受け取る"),
        ),
        migrations.AddField(
            model_name="notice",
            name="resident",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notice", name="due_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="notice",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="notice",
            name="once",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        # PostgreSQL refuses to alter a table with pending checks of what was just written.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="notice",
            name="resident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="submission",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="portal.submission",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "受け付けました"),
                    ("needs_correction", "訂正のお願い"),
                    ("completed", "手続きが終わりました"),
                    ("closed", "受け付けられませんでした"),
                    ("delayed", "市役所への到着が遅れています"),
                    ("reminder", "申告の期限が近づきました"),
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveIndex(model_name="notice", name="notice_unsent"),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="notice_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("once", ""), _negated=True),
                fields=("resident", "kind", "once"),
                name="notice_reminder_once",
            ),
        ),
        # The table of django.core.cache.backends.db, made here so that set-up needs no extra step.
        migrations.RunSQL(
            """
            CREATE TABLE portal_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX portal_cache_expires ON portal_cache (expires);
            """,
            "DROP TABLE portal_cache",
        ),
    ]
