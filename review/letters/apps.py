from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "review.letters"
    label = "letters"
    verbose_name = "ほかの団体への通知・照会"
