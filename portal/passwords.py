"""Rules for passwords (パスワードの条件), each in a sentence that says what to do instead."""

from django.contrib.auth import password_validation as django
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LengthValidator(django.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return ngettext(
            "パスワードが短すぎます。%(n)s文字以上にしてください。",
            "パスワードが短すぎます。%(n)s文字以上にしてください。",
            self.min_length,
        ) % {"n": self.min_length}

    def get_help_text(self) -> str:
        return ngettext("%(n)s文字以上にします。", "%(n)s文字以上にします。", self.min_length) % {
            "n": self.min_length
        }


class CommonValidator(django.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("よく使われるパスワードです。ほかの人が思いつかないものにしてください。")

    def get_help_text(self) -> str:
        return _("よく使われるもの(password1234 など)は使えません。")


class SimilarityValidator(django.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("パスワードがメールアドレスと似ています。似ていないものにしてください。")

    def get_help_text(self) -> str:
        return _("メールアドレスと似たものは使えません。")
