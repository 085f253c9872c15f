from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "review.mailing"
    label = "mailing"
    verbose_name = "総括表・申告書の送付"
