from django.apps import AppConfig


class AgencyConfig(AppConfig):
    name = "review.agency"
    label = "agency"
    verbose_name = "代理人による申告"
