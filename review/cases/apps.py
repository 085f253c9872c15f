from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "review.cases"
    label = "cases"
    verbose_name = "申請管理"
