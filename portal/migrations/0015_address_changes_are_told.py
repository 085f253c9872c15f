"""A changed address is told to the mailbox that was left: one more kind of mail."""

from django.db import migrations, models

KINDS = [
    ("address", "メールアドレスの確認"),
    ("forgotten", "パスワードを忘れたとき"),
    ("reset", "パスワードを決めなおす"),
    ("address_changed", "メールアドレスが変わりました"),
    ("password_changed", "パスワードが変わりました"),
    ("card_tied", "カードでもログインできるようになりました"),
    ("card_untied", "カードではログインできなくなりました"),
]


class Migration(migrations.Migration):
    dependencies = [("portal", "0014_account_mails")]

    operations = [
        migrations.AlterField("accountmail", "kind", models.CharField(choices=KINDS, max_length=20))
    ]
