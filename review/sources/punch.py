"""Punch data (パンチデータ): rows that a contractor typed, in an encrypted file with a count slip.

The file is sealed with AES-256-GCM to its order number (発注番号) under a key that the city gave
the contractor: it opens under no other order. How the contractors encrypt is our assumption.
"""

import io
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from config.keyring import KeyringError
from review.errors import Refusal

MARK = b"punch1\n"
MAX_BYTES = 100_000_000


def seal(plain: bytes, *, order_number: str) -> bytes:
    """Return the file as a contractor hands it in."""
    assert settings.PUNCH_KEYRING is not None
    return MARK + settings.PUNCH_KEYRING.encrypt(plain, row=_row(order_number))


def opened(file: IO[bytes], *, order_number: str, has_slip: bool) -> IO[bytes]:
    """Return the file itself where it is not punch data, its content where it is.

    Refuses punch data in the clear, without order number and count slip, and what does not open
    under them: they hold 個人番号.
    """
    file.seek(0)
    if file.read(len(MARK)) != MARK:
        if order_number:
            raise Refusal(
                _(
                    "発注番号のあるパンチデータは、暗号化されたファイルでなければ受け付けません。"
                    "暗号化して送り直してもらってください。"
                )
            )
        file.seek(0)
        return file
    if not order_number or not has_slip:
        raise Refusal(_("パンチデータには、発注番号と件数票の件数・金額合計が必要です。"))
    if settings.PUNCH_KEYRING is None:
        raise Refusal(_("パンチデータの鍵が設定されていません。管理者に知らせてください。"))
    sealed = file.read(MAX_BYTES + 1)
    if len(sealed) > MAX_BYTES:
        raise Refusal(_("ファイルが空か、大きすぎます。"))
    try:
        return io.BytesIO(settings.PUNCH_KEYRING.decrypt(sealed, row=_row(order_number)))
    except KeyringError:
        message = _("復号できません。発注番号を確かめるか、送り直してもらってください。")
        raise Refusal(message) from None


def _row(order_number: str) -> str:
    return f"punch:{order_number}"
