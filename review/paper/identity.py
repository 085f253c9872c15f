"""Identity at the counter and by post (本人確認): which documents there are, and when they suffice.

The documents are data (identity.toml). The rule: the number is proved by one document or look-up
(番号確認); the person by one document of the first kind or two of the second (身元確認, 1点・2点).
An agent (代理人) proves the right to act and their own identity; the number is the filer's.
"""

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from filing.package import Package
from review.cases.models import Case
from review.cases.verification import Outcome
from review.errors import Refusal

_FILE = Path(__file__).with_name("identity.toml")
NEEDED = 2
REGISTER, JUKI_NET = "register", "juki_net"


@dataclass(frozen=True)
class Document:
    """One way to prove something (確認書類)."""

    code: str
    label: str
    alone: bool = False
    lookup: bool = False


@dataclass(frozen=True)
class Identity:
    """What was shown or looked up (本人確認の記録): codes of identity.toml, never a number.

    `reference` is the look-up's own number where the office asked 住基ネット. `agent` and
    `authority` are empty where the filer came in person; `documents` are the agent's otherwise.
    """

    number: str
    documents: tuple[str, ...]
    reference: str = ""
    agent: str = ""
    authority: str = ""

    def as_data(self) -> dict[str, Any]:
        return {**asdict(self), "documents": list(self.documents)}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Identity":
        return cls(**{**data, "documents": tuple(data["documents"])})


@cache
def documents(kind: str) -> dict[str, Document]:
    """Return what can prove `kind`: "number", "identity" or "authority", by code."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {entry["code"]: Document(**entry) for entry in data[kind]}


def check(identity: Identity, *, asked: bool = True) -> None:
    """Raise Refusal where the documents do not prove number and person (SIG-05).

    `asked` is False while the office's own link has still to ask 住基ネット.
    """
    if identity.number not in documents("number"):
        raise Refusal(_("番号確認の方法を選んでください。"))
    if asked and identity.number == JUKI_NET and not identity.reference:
        raise Refusal(_("住基ネットの照会番号を入力してください。"))
    known = documents("identity")
    shown = {known[code] for code in identity.documents if code in known}
    if not any(document.alone for document in shown) and len(shown) < NEEDED:
        raise Refusal(_("身元確認の書類が足りません。写真付きは1点、それ以外は2点を確認します。"))
    if bool(identity.agent) != (identity.authority in documents("authority")):
        raise Refusal(_("代理人のときは、代理人の氏名と代理権を確認した書類の両方が必要です。"))


def lines_of(identity: Identity) -> list[dict[str, Any]]:
    """Return what was confirmed, as the checks of a verification are kept (確認の記録)."""
    known = documents("identity")
    number = documents("number")[identity.number].label
    reference = f"({identity.reference})" if identity.reference else ""
    shown = "・".join(known[code].label for code in identity.documents)
    lines = [
        {"name": "paper_number", "ok": True, "detail": f"{number}{reference}"},
        {"name": "paper_identity", "ok": True, "detail": shown},
    ]
    if identity.agent:
        authority = documents("authority")[identity.authority].label
        lines.append({"name": "paper_agent", "ok": True, "detail": f"{identity.agent} {authority}"})
    return lines


def confirmed_on_paper(package: Package) -> Outcome:
    """Return the outcome for a paper return: what a signature is for the others (本人確認済み).

    Asked again when the case is opened. Raises Refusal where the record does not satisfy the rule.
    """
    identity = Identity.from_data(package.meta["identity"])
    check(identity)
    return Outcome(
        verdict=Case.Verdict.ON_PAPER,
        reason="ON_PAPER",
        message=_("書面で受け付け、番号と身元を確認しました。"),
        evidence={"checks": lines_of(identity) + _looked_up(package)},
    )


def _looked_up(package: Package) -> list[dict[str, Any]]:
    """Return what the office looked up itself (SIG-06), as the case keeps it."""
    from review.paper.lookups import line_of

    lookup = package.meta.get("lookup")
    return [line_of(lookup)] if lookup else []
