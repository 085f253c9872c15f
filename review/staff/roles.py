"""Rights of staff (権限): what a person may do, and the name under which batches act."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Role (権限区分). Anyone may hold several; BATCH belongs to programs, never to a person."""

    CLERK = "clerk", _("審査担当")
    CONFIRMER = "confirmer", _("確認者")
    SUPERVISOR = "supervisor", _("監督者")
    ENTRY = "entry", _("入力担当")
    CONTRACTOR = "contractor", _("受託者")
    NUMBER = "number", _("個人番号の閲覧")
    READER = "reader", _("他部署の参照")
    AUDITOR = "auditor", _("操作記録の点検")
    ADMIN = "admin", _("利用者の管理")
    BATCH = "batch", _("自動処理")


# The procedure (手続) of taking files in, from eLTAX and elsewhere: a right of its own.
SOURCES = "tax-documents"
# Who works at the desk with cases.
CASE_ROLES = (Role.CLERK, Role.CONFIRMER, Role.SUPERVISOR)
PERSONAL_ROLES = [role for role in Role if role != Role.BATCH]
