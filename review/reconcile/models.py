"""Disagreements (資料間の不一致): what the documents of a year say differently, and who decided."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.keyring import blind_index
from review.deciding import Proposal
from review.sealed_fields import SealedJSONField, SealedTextField


def text_index(text: str) -> str:
    """Return the keyed hash by which a sealed text of the check list is found."""
    return blind_index(settings.INDEX_KEY, "disagreement", text).hex()


def _told(name: str) -> Any:
    """Return an attribute that lies in the sealed column `said`."""

    def get(row: "Disagreement") -> str:
        return str(row.said.get(name, ""))

    def put(row: "Disagreement", value: object) -> None:
        row.said[name] = str(value)

    return property(get, put)


class Disagreement(models.Model):
    """Disagreement (資料間の不一致): found by a program, decided by one, confirmed by another.

    `amount` is what is at stake in yen where it can be said; `declared` and `reported` are what the
    two sources say, as shown.
    """

    class Kind(models.TextChoices):
        AMOUNT = "amount", _("金額の違い")
        NOT_DECLARED = "not_declared", _("申告にない支払")
        NOT_REPORTED = "not_reported", _("支払報告書のない支払")
        NOT_CLAIMED = "not_claimed", _("申告にない報告書の控除")
        REPORT_TWICE = "report_twice", _("同じ支払者の報告書が2枚")
        PREVIOUS_PAYER = "previous_payer", _("前職分の金額の違い")
        RETURNS_DIFFER = "returns_differ", _("申告書どうしの違い")
        DEPENDANT_TWICE = "dependant_twice", _("扶養親族の重複")
        DEPENDANT_INCOME = "dependant_income", _("扶養親族の所得超過")
        DEPENDANT_AGE = "dependant_age", _("扶養親族の年齢の違い")
        DEPENDANT_DEATH = "dependant_death", _("配偶者・扶養親族の死亡日の違い")
        INSURANCE_OVER = "insurance_over", _("社会保険料の過大")
        DISABILITY = "disability", _("障害者控除と手帳の違い")
        ASSISTANCE = "assistance", _("生活扶助を受けている人の所得")
        ONE_STOP_VOID = "one_stop_void", _("申告による特例の無効")
        ONE_STOP_OVER = "one_stop_over", _("ワンストップ特例の6団体以上")
        REPORT_UNCLEAR = "report_unclear", _("報告書の読めない記載")
        FAMILIES_DIFFER = "families_differ", _("報告書どうしの扶養の違い")
        CONTRADICTION = "contradiction", _("配偶者と寡婦・ひとり親の矛盾")
        NOT_COMPUTED = "not_computed", _("計算できない記載")

    # Open and proposed ones stop an automatic decision; settled ones count in the next merging.
    class State(models.TextChoices):
        OPEN = "open", _("未確認")
        PROPOSED = "proposed", _("確認待ち")
        SETTLED = "settled", _("確認済み")
        GONE = "gone", _("解消")

    class Outcome(models.TextChoices):
        DECLARED = "declared", _("申告のとおり")
        REPORTED = "reported", _("ほかの資料による")
        # A dependant found over the limit, who is counted with the income that was found.
        INCOME = "income", _("所得を改める")
        # A spouse who died in the year stands beside 寡婦・ひとり親.
        BOTH = "both", _("年の途中の死亡(両方とも認める)")

    tax_year = models.CharField(_("課税年度"), max_length=4)
    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, related_name="disagreements"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    # The keyed hash of `key`: the same one found again is the same row.
    key_index = models.CharField(max_length=64)
    # That of `reported` where it names the others who claim a dependant: they are found by it.
    others_index = models.CharField(max_length=64, default="", db_default="")
    # What names people and payers; read and set by the attributes below.
    said = SealedJSONField(
        year="tax_year", row="disagreement:{addressee_id}:{kind}:{key_index}", default=dict
    )
    amount = models.BigIntegerField(_("金額"), null=True)
    documents = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    proposed_by = models.CharField(max_length=60, blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    label, declared = _told("label"), _told("declared")
    settled_reason = _told("settled_reason")

    class Meta:
        verbose_name = "資料間の不一致"
        constraints = [
            models.UniqueConstraint(
                fields=["tax_year", "addressee", "kind", "key_index"], name="disagreement_once"
            ),
            # Rows settled before two people were asked for have no outcome.
            models.CheckConstraint(
                condition=Q(outcome="") | Q(settled_by="") | ~Q(settled_by=F("proposed_by")),
                name="disagreement_settled_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposed")
                | ~Q(proposed_by="") & ~Q(outcome="") & Q(proposed_at__isnull=False),
                name="disagreement_proposal_has_who_and_what",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="both") | Q(kind="contradiction"),
                name="disagreement_late_spouse_is_a_contradiction",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="income") | Q(kind="dependant_income"),
                name="disagreement_income_is_a_dependants",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tax_year", "found_at"],
                name="disagreement_open",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["tax_year", "kind", "found_at"],
                name="disagreement_waiting",
                condition=models.Q(state__in=["open", "proposed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"disagreement {self.kind}"

    @property
    def key(self) -> str:
        """Return what tells it from others of its kind: a payer, a dependant, a scheme."""
        return str(self.said["key"])

    @key.setter
    def key(self, value: str) -> None:
        self.said["key"] = value
        self.key_index = text_index(value)

    @property
    def died_on(self) -> date | None:
        """Return the day on which the spouse died, as the ruling says (年の途中の死亡)."""
        told = self.said.get("died_on")
        return date.fromisoformat(told) if told else None

    @died_on.setter
    def died_on(self, value: date | None) -> None:
        self.said.pop("died_on", None)
        if value:
            self.said["died_on"] = value.isoformat()

    @property
    def reported(self) -> str:
        """Return what the other source says, as shown."""
        return str(self.said.get("reported", ""))

    @reported.setter
    def reported(self, value: object) -> None:
        self.said["reported"] = str(value)
        if self.kind == self.Kind.DEPENDANT_TWICE:
            self.others_index = text_index(str(value))


class Claim(models.Model):
    """Claim (扶養の申立て): a spouse or relative whom the merged documents of a year name.

    `person_key` is the keyed hash of the 個人番号 (or of name and birth date), as in the documents.
    Kept for the newest basis of a person only: it is made again with each merging.
    """

    class Role(models.TextChoices):
        SPOUSE = "spouse", _("配偶者")
        RELATIVE = "relative", _("扶養親族")

    basis = models.ForeignKey("assessment.MergedBasis", models.PROTECT, related_name="claims")
    tax_year = models.CharField(max_length=4)
    addressee = models.ForeignKey("addressees.Addressee", models.PROTECT, related_name="claims")
    person_key = models.CharField(max_length=64)
    role = models.CharField(max_length=10, choices=Role)
    # What the claim says of the person: a birth date, or the class that a report gives (区分).
    birth_date = models.DateField(null=True)
    category = models.CharField(max_length=20, blank=True)
    total_income = models.BigIntegerField(null=True)
    died_on = models.DateField(null=True)
    document = models.CharField(max_length=40)

    class Meta:
        verbose_name = "扶養の申立て"
        indexes = [
            models.Index(fields=["tax_year", "person_key"], name="claim_by_person"),
            models.Index(fields=["addressee", "tax_year"], name="claim_by_claimant"),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"


class DependantAct(Proposal):
    """Act on a dependant (扶養の追加・終了・否認): one person's word, confirmed by another.

    Of each dependant the last act that was decided counts, over what documents claim and over
    earlier rulings. The rows are the history.
    """

    class Kind(models.TextChoices):
        ADD = "add", _("追加")
        END = "end", _("終了")
        DENY = "deny", _("否認")
        INCOME = "income", _("所得を改める")

    tax_year = models.CharField(_("課税年度"), max_length=4)
    claimant = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, related_name="dependant_acts"
    )
    # Whom the register does not know is named by the key of the documents alone.
    dependant = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, null=True, related_name="+"
    )
    why = SealedTextField(
        _("理由"),
        max_length=300,
        year="tax_year",
        row="dependant-act:{claimant_id}:{person_key}:{proposed_at}",
    )
    person_key = models.CharField(max_length=64)
    role = models.CharField(_("続柄"), max_length=10, choices=Claim.Role)
    kind = models.CharField(_("内容"), max_length=6, choices=Kind)
    total_income = models.BigIntegerField(_("合計所得金額"), default=0)

    class Meta:
        verbose_name = "扶養の追加・終了・否認"
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["tax_year", "claimant", "person_key"],
                condition=Q(state="proposed"),
                name="dependant_act_one_open",
            ),
        ]
        indexes = [models.Index(fields=["tax_year", "claimant"], name="dependant_act_by_claimant")]

    def __str__(self) -> str:
        return f"dependant act {self.kind}"
