from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "review.staff"
    label = "staff"
    verbose_name = "職員"
