"""Words for what runs and certificates hold as codes (手続, 表, 実施者)."""

from functools import cache

from django import template
from django.apps import apps
from django.utils.translation import gettext as _

from review.retention.periods import first_periods

register = template.Library()


@register.filter
def who(actor: str) -> str:
    """Return who did something: the 職員番号, or that the system did it by itself."""
    return _("自動") if actor.startswith("batch:") else actor


@register.filter
def procedure(kind: str) -> str:
    """Return what the schedule calls a kind of record."""
    return _labels().get(kind, kind)


@register.filter
def table(name: str) -> str:
    """Return what a table is called, or the store of files that a setting names."""
    return _stores().get(name) or _tables().get(name, name)


def _stores() -> dict[str, str]:
    return {
        "YEAR_KEYS_DIR": _("年度の鍵の置き場"),
        "ARCHIVE_DIR": _("外部保管用ファイルの置き場"),
        "PRINT_DIR": _("印刷データの置き場"),
        "LINK_DIR": _("庁内連携に渡すファイルの置き場"),
        "INTERMEDIATE_DIR": _("中間サーバーとの受渡しの置き場"),
        "FILE_UPLOAD_TEMP_DIR": _("アップロード中のファイルの置き場"),
    }


@cache
def _labels() -> dict[str, str]:
    return {kind: period.label for kind, period in first_periods().items()}


@cache
def _tables() -> dict[str, str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: str(model._meta.verbose_name) for model in models}
