from django.apps import AppConfig


class Annex2Config(AppConfig):
    name = "review.annex2"
    label = "annex2"
    verbose_name = "別添2の記録項目"
