"""Addressee register (宛名) and certificate links (番号紐付), loaded from the resident register."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.keyring import blind_index
from filing.numbers import mask_personal_number
from review.addressees.folding import search_key


def number_index(personal_number: str) -> bytes:
    """Return the keyed hash under which a 個人番号 is found; equality is all that it tells."""
    return blind_index(settings.INDEX_KEY, "personal-number", personal_number)


class Addressee(models.Model):
    """Addressee (宛名): a person as the city knows them. The 個人番号 is sealed to its row."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(_("宛名番号"), max_length=20, unique=True)
    name = models.CharField(_("氏名"), max_length=200)
    kana = models.CharField(_("フリガナ"), max_length=200, blank=True)
    birth_date = models.DateField(_("生年月日"))
    sex = models.CharField(_("性別"), max_length=1)
    address = models.CharField(_("住所"), max_length=300)
    address_jan1 = models.CharField(_("1月1日の住所"), max_length=300, blank=True)
    ward = models.CharField(_("区"), max_length=20, blank=True)
    name_key = models.CharField(max_length=200, db_index=True)
    number_sealed = models.BinaryField()
    number_index = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = "宛名"
        constraints = [
            models.UniqueConstraint(fields=["number_index"], name="addressee_once_per_number")
        ]
        indexes = [models.Index(fields=["birth_date"], name="addressee_by_birth_date")]

    def __str__(self) -> str:
        return f"addressee {self.number}"

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
    def masked_number(self) -> str:
        opened = settings.DATA_KEYRING.decrypt(bytes(self.number_sealed), row=self._row_name)
        return mask_personal_number(opened.decode())

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
    """Certificate link (番号紐付): which addressee holds the certificate with this serial."""

    issuer_key_id = models.CharField(max_length=80)
    serial = models.CharField(_("証明書の発行番号"), max_length=64)
    addressee = models.ForeignKey(Addressee, models.PROTECT, related_name="certificates")

    class Meta:
        verbose_name = "番号紐付"
        constraints = [
            models.UniqueConstraint(
                fields=["issuer_key_id", "serial"], name="link_once_per_certificate"
            )
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"
