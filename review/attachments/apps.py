from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "review.attachments"
    label = "attachments"
    verbose_name = "添付書類"
