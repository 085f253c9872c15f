from django.apps import AppConfig


class RecipientsConfig(AppConfig):
    name = "review.recipients"
    label = "recipients"
    verbose_name = "引渡し先"
