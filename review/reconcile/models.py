"""Disagreements (資料間の不一致): what the documents of a year say differently."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Disagreement(models.Model):
    """Disagreement (資料間の不一致): found by a program, settled by a person."""

    class Kind(models.TextChoices):
        AMOUNT = "amount", _("金額の違い")
        NOT_DECLARED = "not_declared", _("申告にない支払")
        NOT_REPORTED = "not_reported", _("支払報告書のない支払")
        DEPENDANT_TWICE = "dependant_twice", _("扶養親族の重複")

    # Settled, or found again by a later merging; open ones stop an automatic decision.
    class State(models.TextChoices):
        OPEN = "open", _("未確認")
        SETTLED = "settled", _("確認済み")
        GONE = "gone", _("解消")

    tax_year = models.CharField(_("課税年度"), max_length=4)
    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, related_name="disagreements"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(max_length=200)
    label = models.CharField(max_length=300)
    declared = models.CharField(_("申告"), max_length=100, blank=True)
    reported = models.CharField(_("ほかの資料"), max_length=100, blank=True)
    documents = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    settled_by = models.CharField(max_length=60, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    settled_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "資料間の不一致"
        constraints = [
            models.UniqueConstraint(
                fields=["tax_year", "addressee", "kind", "key"], name="disagreement_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["tax_year", "found_at"],
                name="disagreement_open",
                condition=models.Q(state="open"),
            )
        ]

    def __str__(self) -> str:
        return f"disagreement {self.kind}"
