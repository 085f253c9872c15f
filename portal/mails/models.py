"""The table of mails of accounts that wait to be sent. No link lies in it: links are made then."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountMail(models.Model):
    """Mail of an account (利用者登録のメール): the order to send it; the row goes once it is sent.

    `resident` is whose account it is about; None where somebody who is not logged in forgot a
    password: which accounts that means is looked up by the worker, never while they wait.
    """

    class Kind(models.TextChoices):
        ADDRESS = "address", _("メールアドレスの確認")
        FORGOTTEN = "forgotten", _("パスワードを忘れたとき")
        RESET = "reset", _("パスワードを決めなおす")
        ADDRESS_CHANGED = "address_changed", _("メールアドレスが変わりました")
        PASSWORD_CHANGED = "password_changed", _("パスワードが変わりました")
        CARD_TIED = "card_tied", _("カードでもログインできるようになりました")
        CARD_UNTIED = "card_untied", _("カードではログインできなくなりました")

    kind = models.CharField(max_length=20, choices=Kind)
    email = models.EmailField()
    resident = models.ForeignKey(
        "portal.Resident", models.CASCADE, null=True, related_name="account_mails"
    )
    # Of who is not logged in; an account's mails come in its own language.
    language = models.CharField(max_length=10, blank=True, default="")
    created_at = models.DateTimeField()
    # When it is tried next. Moved on before each try, so that no lock is held over the sending.
    due_at = models.DateTimeField()
    # After this nobody is helped by it any more, and the address goes with the row.
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "利用者登録のメール"
        constraints = [
            # Asked for again while it waits, it is still one mail.
            models.UniqueConstraint(
                fields=["kind", "email", "resident"],
                name="account_mail_waits_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(kind="forgotten", resident__isnull=True)
                | (~models.Q(kind="forgotten") & models.Q(resident__isnull=False)),
                name="account_mail_of_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"account mail {self.kind}"
