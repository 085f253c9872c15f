"""Certificates of erasure (消去証明): what was erased, when, by whom, under which rule."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """Certificate of erasure (消去証明): numbers and digests, no person's data.

    The row is made before anything goes, in the same transaction: the trigger on originals lets
    only an erasure with a certificate pass.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    procedure = models.CharField(_("手続"), max_length=40)
    as_of = models.DateField(_("基準日"))
    made_at = models.DateTimeField(_("消去日時"))
    made_by = models.CharField(_("実施者"), max_length=60)
    counts = models.JSONField(_("件数"))
    items = models.JSONField(_("消去したもの"))
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "消去証明"

    def __str__(self) -> str:
        return f"erasure {self.pk}"
