"""Addressee register (宛名) and certificate links (番号紐付), loaded from the resident register."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.keyring import blind_index
from filing.numbers import mask_personal_number
from review.addressees.folding import kana_key, search_key
from review.slips import Sent


def number_index(personal_number: str) -> bytes:
    """Return the keyed hash under which a 個人番号 is found; equality is all that it tells."""
    return blind_index(settings.INDEX_KEY, "personal-number", personal_number)


class Addressee(models.Model):
    """Addressee (宛名): a person as the city knows them. The 個人番号 is sealed to its row.

    Written by `changes.py` alone, which keeps the history. A person who is not a resident (住登外)
    may be entered before the number is known.
    """

    class Kind(models.TextChoices):
        RESIDENT = "resident", _("住登内")
        NON_RESIDENT = "non_resident", _("住登外")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(_("宛名番号"), max_length=20, unique=True)
    name = models.CharField(_("氏名"), max_length=200)
    kana = models.CharField(_("フリガナ"), max_length=200, blank=True)
    birth_date = models.DateField(_("生年月日"))
    sex = models.CharField(_("性別"), max_length=1)
    address = models.CharField(_("住所"), max_length=300)
    address_jan1 = models.CharField(_("1月1日の住所"), max_length=300, blank=True)
    ward = models.CharField(_("区"), max_length=20, blank=True)
    kind = models.CharField(
        _("区分"), max_length=12, choices=Kind, default=Kind.RESIDENT, db_default=Kind.RESIDENT
    )
    moved_in_on = models.DateField(_("転入日"), null=True)
    moved_out_on = models.DateField(_("転出日"), null=True)
    died_on = models.DateField(_("死亡日"), null=True)
    # 他業務参照不可: came from 住基ネット, and is shown to nobody outside this office's work.
    restricted = models.BooleanField(_("他業務参照不可"), default=False, db_default=False)
    name_key = models.CharField(max_length=200, db_index=True)
    kana_key = models.CharField(max_length=200, blank=True, default="", db_default="")
    number_sealed = models.BinaryField(null=True)
    number_index = models.BinaryField(max_length=32, null=True)

    class Meta:
        verbose_name = "宛名"
        constraints = [
            models.UniqueConstraint(fields=["number_index"], name="addressee_once_per_number"),
            models.CheckConstraint(
                condition=Q(number_index__isnull=True, number_sealed__isnull=True)
                | Q(number_index__isnull=False, number_sealed__isnull=False),
                name="addressee_number_sealed_and_found",
            ),
        ]
        indexes = [
            models.Index(fields=["birth_date"], name="addressee_by_birth_date"),
            models.Index(
                fields=["kana_key"], name="addressee_by_kana", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"addressee {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row with the folding of its kana."""
        self.kana_key = kana_key(self.kana)
        super().save(*args, **kwargs)

    def take_number(self, personal_number: str) -> None:
        """Seal the 個人番号 for this row and keep its index."""
        self.number_sealed = settings.DATA_KEYRING.encrypt(
            personal_number.encode(), row=self._row_name
        )
        self.number_index = number_index(personal_number)

    def take_name(self, name: str) -> None:
        """Keep the name exactly as received, and its folding beside it for searches."""
        self.name = name
        self.name_key = search_key(name)

    @property
    def opened_number(self) -> str:
        """Return the 個人番号, empty where none is known; for programs, never for a page."""
        if self.number_sealed is None:
            return ""
        opened = settings.DATA_KEYRING.decrypt(bytes(self.number_sealed), row=self._row_name)
        return opened.decode()

    @property
    def masked_number(self) -> str:
        return mask_personal_number(self.opened_number)

    @property
    def four_attributes(self) -> dict[str, Any]:
        """Return the 基本4情報 as the audit log keeps them."""
        return {
            "name": self.name,
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
            "address": self.address,
        }

    @property
    def _row_name(self) -> str:
        return f"addressee:number:{self.pk}"


class CertificateLink(models.Model):
    """Certificate link (番号紐付): which addressee holds the certificate with this serial.

    A person keeps the links of earlier certificates: `replaced_at` says since when a newer one of
    the same `issuer_generation` (発行者の世代) or a later one holds.
    """

    issuer_key_id = models.CharField(max_length=80)
    serial = models.CharField(_("証明書の発行番号"), max_length=64)
    addressee = models.ForeignKey(Addressee, models.PROTECT, related_name="certificates")
    issuer_generation = models.CharField(_("発行者の世代"), max_length=20, blank=True, default="")
    linked_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "番号紐付"
        constraints = [
            models.UniqueConstraint(
                fields=["issuer_key_id", "serial"], name="link_once_per_certificate"
            )
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


class Change(models.Model):
    """Change (宛名異動履歴): what became what, when and by whom; never the 個人番号."""

    class Reason(models.TextChoices):
        MOVE_IN = "move_in", _("転入")
        MOVE_OUT = "move_out", _("転出")
        MOVE = "move", _("転居")
        NAME = "name", _("氏名変更")
        DEATH = "death", _("死亡")
        CORRECTION = "correction", _("修正")
        NUMBER = "number", _("個人番号の変更")
        ENTERED = "entered", _("登録")

    addressee = models.ForeignKey(Addressee, models.PROTECT, related_name="changes")
    reason = models.CharField(_("異動事由"), max_length=12, choices=Reason)
    occurred_on = models.DateField(_("異動日"), null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    origin = models.CharField(max_length=100)
    at = models.DateTimeField(_("処理日時"))
    by = models.CharField(_("職員"), max_length=60)

    class Meta:
        verbose_name = "宛名異動履歴"
        indexes = [models.Index(fields=["addressee", "-id"], name="change_latest")]

    def __str__(self) -> str:
        return f"change {self.pk}"


class Business(models.Model):
    """Business (法人): an employer or payer, known by its 法人番号 and 指定番号."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(_("宛名番号"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    name_key = models.CharField(max_length=200, db_index=True)
    address = models.CharField(_("所在地"), max_length=300, blank=True)
    corporate_number = models.CharField(_("法人番号"), max_length=13, null=True, unique=True)
    designated_number = models.CharField(_("指定番号"), max_length=12, blank=True, default="")
    closed_on = models.DateField(_("廃止日"), null=True)
    # 総括表区分: whether it is sent a 給報総括表 (who files by eLTAX may not want one).
    wants_summary_form = models.BooleanField(_("総括表を送る"), default=True, db_default=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = "法人"

    def __str__(self) -> str:
        return f"business {self.number}"


class SamePerson(models.Model):
    """Same person (同一人): two 宛名 of one person; one person says so, another confirms."""

    first = models.ForeignKey(Addressee, models.PROTECT, related_name="+")
    second = models.ForeignKey(Addressee, models.PROTECT, related_name="+")
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=60, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "同一人"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="same_person_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="same_person_in_one_order"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("confirmed_by")), name="same_person_two_people"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by="", confirmed_at__isnull=True)
                | ~Q(confirmed_by="") & Q(confirmed_at__isnull=False),
                name="same_person_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"same person {self.pk}"


class UnifiedNumber(models.Model):
    """Unified number (団体内統合宛名番号): one for each 個人番号, named by its keyed hash alone."""

    number = models.CharField(_("統合宛名番号"), max_length=15, unique=True)
    number_index = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()

    class Meta:
        verbose_name = "団体内統合宛名番号"

    def __str__(self) -> str:
        return f"unified {self.number}"


OUTCOMES = {
    "entered": _("登録"),
    "changed": _("異動"),
    "linked": _("紐付"),
    "same": _("変更なし"),
    "refused": _("取込みできず"),
    "differs": _("相違"),
    "only_residents": _("住基のみ"),
    "only_addressees": _("宛名のみ"),
}


class ResidentRun(Sent):
    """Run (住基連携の取込): a file of the resident register, and what became of it."""

    class Kind(models.TextChoices):
        CHANGES = "changes", _("異動")
        LINKS = "links", _("番号紐付")
        CONSISTENCY = "consistency", _("整合処理")
        UNIFIED = "unified", _("統合宛名番号の点検")

    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    name = models.CharField(_("ファイル名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    # Lines that could not be taken, and differences: 宛名番号 and item, never a value.
    findings = models.JSONField(default=list)
    at = models.DateTimeField(_("処理日時"))
    by = models.CharField(_("職員"), max_length=60)

    class Meta:
        verbose_name = "住基連携の取込"
        indexes = [models.Index(fields=["kind", "-at"], name="resident_run_latest")]

    def __str__(self) -> str:
        return f"run {self.kind} {self.pk}"

    @property
    def shown_counts(self) -> list[tuple[Any, int]]:
        """Return how many lines came to which end, in words."""
        return [(OUTCOMES.get(name, name), count) for name, count in self.counts.items()]


class Contact(models.Model):
    """Contact (送付先・特宛人): where notices go, and who receives them in a person's place."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("送付先")
        MANAGER = "manager", _("納税管理人")
        HEIR = "heir", _("相続人代表")

    addressee = models.ForeignKey(Addressee, models.PROTECT, related_name="contacts")
    kind = models.CharField(_("区分"), max_length=10, choices=Kind)
    name = models.CharField(_("氏名・名称"), max_length=200)
    postal_code = models.CharField(_("郵便番号"), max_length=7, blank=True)
    address = models.CharField(_("住所"), max_length=300)
    since = models.DateField(_("開始日"))
    until = models.DateField(_("終了日"), null=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(_("職員"), max_length=60)

    class Meta:
        verbose_name = "送付先・特宛人"
        constraints = [
            models.UniqueConstraint(
                fields=["addressee", "kind"],
                condition=Q(until__isnull=True),
                name="contact_one_open_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="contact_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class BankAccount(models.Model):
    """Bank account (口座): for 口座振替 and refunds; the number is sealed, its last digits show."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    addressee = models.ForeignKey(Addressee, models.PROTECT, related_name="accounts")
    bank_code = models.CharField(_("金融機関コード"), max_length=4)
    branch_code = models.CharField(_("支店コード"), max_length=3)
    kind = models.CharField(_("預金種目"), max_length=1)
    number_sealed = models.BinaryField()
    shown = models.CharField(_("口座番号"), max_length=10)
    holder_kana = models.CharField(_("口座名義(カナ)"), max_length=100)
    since = models.DateField(_("開始日"))
    until = models.DateField(_("終了日"), null=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(_("職員"), max_length=60)

    class Meta:
        verbose_name = "口座"
        constraints = [
            models.UniqueConstraint(
                fields=["addressee"], condition=Q(until__isnull=True), name="account_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"

    def take_number(self, number: str) -> None:
        """Seal the account number for this row; three digits stay to be shown."""
        self.number_sealed = settings.DATA_KEYRING.encrypt(number.encode(), row=self._row_name)
        self.shown = f"{'*' * (len(number) - 3)}{number[-3:]}"

    @property
    def _row_name(self) -> str:
        return f"account:number:{self.pk}"
