from django.apps import AppConfig


class EucConfig(AppConfig):
    name = "review.euc"
    label = "euc"
    verbose_name = "EUC"
