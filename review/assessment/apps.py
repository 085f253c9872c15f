from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "review.assessment"
    label = "assessment"
    verbose_name = "賦課"
