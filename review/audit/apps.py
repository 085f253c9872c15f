from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "review.audit"
    label = "audit"
    verbose_name = "操作記録"
