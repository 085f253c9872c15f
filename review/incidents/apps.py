from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "review.incidents"
    label = "incidents"
    verbose_name = "事故の記録"
