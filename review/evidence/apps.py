from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "review.evidence"
    label = "evidence"
    verbose_name = "検証の証拠"
