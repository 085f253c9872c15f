"""The simulated phone's card reader: demo cards, their two PINs, and the locks after wrong ones."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from demo.auth_app.refusals import LOCKED, Denied, TryAgain
from signing.certificates import read_attributes
from signing.demo import WrongPin, open_card, open_face

SIGNING_TRIES, LOGIN_TRIES = 5, 3


@dataclass
class Reader:
    """Reads the demo cards of a folder; counts wrong PINs as the chips would."""

    folder: Path
    pseudonym_key: bytes
    wrong: dict[tuple[str, str], int] = field(default_factory=dict)

    def names(self) -> dict[str, str]:
        """Return who is on which card, by the card's file name."""
        return {
            path.stem: self._card(path.stem)["label"] for path in sorted(self.folder.glob("*.json"))
        }

    def subject(self, stem: str, client_id: str) -> str:
        """Return the holder's pseudonym (sub) for one client: the same for every card of theirs."""
        said = read_attributes(self.certificate(stem))
        person = f"{client_id}\n{said.name}\n{said.birth_date}\n{said.sex}".encode()
        return hmac.new(self.pseudonym_key, person, hashlib.sha256).hexdigest()[:32]

    def certificate(self, stem: str) -> bytes:
        return base64.b64decode(self._card(stem)["certificate"])

    def face(self, stem: str, pin: str) -> dict[str, str]:
        """Return the four attributes by the four-digit PIN; the 個人番号 stays on the card."""
        self._check_lock(stem, "login", LOGIN_TRIES)
        try:
            face = open_face(self._card(stem), pin)
        except WrongPin as error:
            raise self._count(stem, "login", LOGIN_TRIES) from error
        self.wrong.pop((stem, "login"), None)
        return {name: face[name] for name in ("name", "address", "birth_date", "sex")}

    def sign(self, stem: str, pin: str, block: bytes) -> bytes:
        """Sign the block as the chip does: padded as it comes, whatever it is."""
        self._check_lock(stem, "sign", SIGNING_TRIES)
        try:
            key = open_card(self._card(stem), pin).key
        except WrongPin as error:
            raise self._count(stem, "sign", SIGNING_TRIES) from error
        self.wrong.pop((stem, "sign"), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise Denied("access_denied", "unsupported_card")
        return key.sign(block, padding.PKCS1v15(), utils.NoDigestInfo())

    def _card(self, stem: str) -> dict[str, Any]:
        known = {path.stem: path for path in self.folder.glob("*.json")}
        if stem not in known:
            raise TryAgain("カードを選んでください。")
        return dict(json.loads(known[stem].read_text(encoding="utf-8")))

    def _check_lock(self, stem: str, use: str, tries: int) -> None:
        if self.wrong.get((stem, use), 0) >= tries:
            raise Denied("access_denied", LOCKED)

    def _count(self, stem: str, use: str, tries: int) -> Exception:
        self.wrong[stem, use] = self.wrong.get((stem, use), 0) + 1
        left = tries - self.wrong[stem, use]
        if left <= 0:
            return Denied("access_denied", LOCKED)
        return TryAgain(f"暗証番号がちがいます。あと{left}回まちがえると、ロックされます。")
