"""Recipients that count (有効な引渡し先): by kind and code, or the only one of a kind."""

from django.utils.translation import gettext as _

from review.errors import Refusal
from review.recipients.models import Recipient

Kind, State = Recipient.Kind, Recipient.State


def in_force(kind: str = "") -> list[Recipient]:
    """Return the recipients that count now, by kind and code."""
    decided = Recipient.objects.filter(state=State.DECIDED)
    if kind:
        decided = decided.filter(kind=kind)
    newest = {(row.kind, row.code): row for row in decided.order_by("decided_at", "pk")}
    return [newest[place] for place in sorted(newest) if not newest[place].ends]


def recipient_of(kind: str, code: str) -> Recipient | None:
    """Return the recipient with a code, if it counts now."""
    return next((row for row in in_force(kind) if row.code == code), None)


def municipality_named(text: str) -> Recipient | None:
    """Return the municipality of this name, or whose code stands at the end of the text."""
    found = in_force(Kind.MUNICIPALITY)
    return next((row for row in found if row.name == text or text.endswith(row.code)), None)


def only(kind: str, code: str = "", *, with_key: bool = True) -> Recipient:
    """Return the recipient of a kind that a file or letter is for; Refusal where not certain."""
    found = [row for row in in_force(kind) if not code or row.code == code]
    label = Kind(kind).label
    if not found and not with_key:
        text = _("引渡し先(%(kind)s)がありません。「引渡し先」の画面で登録してください。")
        raise Refusal(text % {"kind": label})
    found = [row for row in found if row.pem or not with_key]
    if not found:
        text = _("引渡し先(%(kind)s)の公開鍵がありません。「引渡し先」の画面で登録してください。")
        raise Refusal(text % {"kind": label})
    if len(found) > 1:
        raise Refusal(_("引渡し先(%(kind)s)を1つ選んでください。") % {"kind": label})
    return found[0]
