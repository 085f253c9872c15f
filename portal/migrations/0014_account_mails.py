"""Mails of accounts wait as rows; an account has one card at most that opens it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0013_typed_addresses"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("address", "メールアドレスの確認"),
                            ("forgotten", "パスワードを忘れたとき"),
                            ("reset", "パスワードを決めなおす"),
                            ("password_changed", "パスワードが変わりました"),
                            ("card_tied", "カードでもログインできるようになりました"),
                            ("card_untied", "カードではログインできなくなりました"),
                        ],
                        max_length=20,
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("language", models.CharField(blank=True, default="", max_length=10)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "resident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="account_mails",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "利用者登録のメール",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "email", "resident"),
                        name="account_mail_waits_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "forgotten"), ("resident__isnull", True)),
                            models.Q(
                                models.Q(("kind", "forgotten"), _negated=True),
                                ("resident__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="account_mail_of_whom",
                    ),
                ],
            },
        ),
        # allauth's own table allows an account several ties to one provider.
        migrations.RunSQL(
            "CREATE UNIQUE INDEX portal_one_card_an_account"
            " ON socialaccount_socialaccount (user_id, provider)",
            "DROP INDEX portal_one_card_an_account",
        ),
    ]
