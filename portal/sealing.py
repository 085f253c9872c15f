"""What a draft holds, as JSON or bytes, is sealed at rest and bound to its row."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings


def seal(value: dict[str, Any], *, table: str, column: str, row: UUID) -> bytes:
    """Return `value` as sealed bytes that open only for this table, column and row."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return seal_bytes(plain, table=table, column=column, row=row)


def unseal(stored: bytes, *, table: str, column: str, row: UUID) -> dict[str, Any]:
    """Open what `seal` made for the same row; config.keyring.KeyringError for any other."""
    return json.loads(unseal_bytes(stored, table=table, column=column, row=row))


def seal_bytes(plain: bytes, *, table: str, column: str, row: UUID) -> bytes:
    """Return bytes sealed so that they open only for this table, column and row."""
    return settings.DATA_KEYRING.encrypt(plain, row=f"{table}:{column}:{row}")


def unseal_bytes(stored: bytes, *, table: str, column: str, row: UUID) -> bytes:
    """Open what `seal_bytes` made for the same row; config.keyring.KeyringError for any other."""
    return settings.DATA_KEYRING.decrypt(stored, row=f"{table}:{column}:{row}")
