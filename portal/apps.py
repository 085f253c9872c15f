"""The public zone (個人住民税申告ポータル): interview, drafts, signing, submission, my filings."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "個人住民税申告ポータル"
