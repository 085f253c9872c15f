"""The two places of backups (保管場所): what the city says of them, checked as far as it goes.

Where a data centre stands no program can see. What cannot be true is refused: two places of one
name or one address, an address in no prefecture, two folders on one device. The rest is attested
by two members of staff every year (review/retention/places.py).
"""

import os
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from config.backup import BackupError

PREFECTURES = (
    *("北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県"),
    *("群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県"),
    *("山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府"),
    *("兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県"),
    *("香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県"),
    *("鹿児島県", "沖縄県"),
)


@dataclass(frozen=True)
class Place:
    """A place of backups: the name of its data centre, and where that stands."""

    name: str
    address: str

    @property
    def prefecture(self) -> str:
        """Return the prefecture with which the address begins; empty where with none."""
        return next((one for one in PREFECTURES if self.address.startswith(one)), "")

    def written(self) -> dict[str, str]:
        """Return it as logs, manifests and certificates say it."""
        return {**asdict(self), "prefecture": self.prefecture}


def named() -> list[Place]:
    """Return what the settings name, the first place before the second; no place without a name."""
    given = (
        (settings.BACKUP_FIRST_SITE, settings.BACKUP_FIRST_ADDRESS),
        (settings.BACKUP_SITE, settings.BACKUP_SITE_ADDRESS),
    )
    return [Place(name.strip(), address.strip()) for name, address in given if name.strip()]


def require_two() -> list[Place]:
    """Return both places; BackupError, naming the setting, where they cannot be two in Japan."""
    places = named()
    if len(places) < 2 or not settings.BACKUP_SECOND_DIR:
        raise BackupError(
            "name both places: set BACKUP_FIRST_SITE and BACKUP_FIRST_ADDRESS,"
            " BACKUP_SECOND_DIR, BACKUP_SITE and BACKUP_SITE_ADDRESS (another data centre in Japan)"
        )
    first, second = places
    for place, setting in ((first, "BACKUP_FIRST_ADDRESS"), (second, "BACKUP_SITE_ADDRESS")):
        if not place.prefecture:
            raise BackupError(f"{setting} must begin with a prefecture (都道府県), in full")
    if _folded(first.name) == _folded(second.name):
        raise BackupError("BACKUP_SITE is the name of the first place: it must be another one")
    if _folded(first.address) == _folded(second.address):
        raise BackupError("BACKUP_SITE_ADDRESS is that of the first place: it must be another one")
    return places


def refuse_one_device(first: Path, second: Path) -> None:
    """Raise BackupError where both folders lie on one device (what fails there takes both).

    Two exports of one file server are two devices to this program: that much it cannot see.
    """
    one, other = (os.stat(_nearest(path)).st_dev for path in (first, second))
    if one == other:
        raise BackupError("BACKUP_SECOND_DIR lies on the same device as the first place")


def _nearest(path: Path) -> Path:
    """Return the folder itself or, while it is not made, the one in which it will be."""
    return next(one for one in (path.resolve(), *path.resolve().parents) if one.exists())


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
