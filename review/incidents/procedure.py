"""The procedure (事故発生時の手順): what has to be done by when, and what of it is still open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from review.incidents.models import Incident, Step

Kind = Step.Kind
REPORTED = (Incident.Kind.LEAK, Incident.Kind.LOSS, Incident.Kind.MISUSE, Incident.Kind.ATTACK)
# 個人情報の保護に関する法律施行規則44条: 速報 "without delay" (3 to 5 days in the guidelines), 確報
# within 30 days, 60 where somebody may have acted on purpose. 要確認: to be read again before use.
FIRST, FULL, FULL_ON_PURPOSE = timedelta(days=5), timedelta(days=30), timedelta(days=60)


@dataclass(frozen=True)
class Rule:
    """One step of the procedure: what to do, in words for whoever has never done it."""

    kind: str
    words: str | Promise
    within: timedelta | None = None
    reported_only: bool = False


RULES = (
    Rule(
        Kind.STOPPED,
        _(
            "ケーブルを抜く、利用者を停止する、誤って送った相手に開かないよう頼むなど。証拠は消さない。"
        ),
        timedelta(hours=1),
    ),
    Rule(
        Kind.TOLD,
        _("市民税課長と情報セキュリティの責任者に、分かっていることだけをすぐ伝える。"),
        timedelta(hours=2),
    ),
    Rule(
        Kind.EXAMINED,
        _(
            "操作記録を検索し、いつ・誰の・何の情報か、何人分かを調べる。操作記録は改ざんの検査もする。"
        ),
    ),
    Rule(
        Kind.FIRST_REPORT,
        _("知った時点の内容で報告する(速報)。個人番号を含むときは番号法の報告になる。"),
        FIRST,
        True,
    ),
    Rule(Kind.PEOPLE_TOLD, _("何が起き、何をすればよいかを、やさしい言葉で知らせる。"), None, True),
    Rule(Kind.FULL_REPORT, _("原因と再発防止を含めて報告する(確報)。"), FULL, True),
    Rule(Kind.PREVENTED, _("手順・設定・権限を直し、直したことを確かめる。")),
)


@dataclass(frozen=True)
class Standing:
    """One step for one incident: by when, and whether it is done or late."""

    rule: Rule
    label: str | Promise
    due_at: datetime | None
    is_done: bool
    is_late: bool


def standing(incident: Incident, now: datetime) -> list[Standing]:
    """Return the steps that this incident needs and how they stand."""
    done = {step.kind for step in incident.steps.all()}
    found = []
    for rule in RULES:
        if rule.reported_only and incident.kind not in REPORTED:
            continue
        due = _due(rule, incident)
        late = rule.kind not in done and due is not None and now > due
        found.append(Standing(rule, Kind(rule.kind).label, due, rule.kind in done, late))
    return found


def missing(incident: Incident, now: datetime) -> list[str]:
    """Return the steps that nobody has written down yet."""
    return [str(one.label) for one in standing(incident, now) if not one.is_done]


def _due(rule: Rule, incident: Incident) -> datetime | None:
    within = rule.within
    if rule.kind == Kind.FULL_REPORT and incident.on_purpose:
        within = FULL_ON_PURPOSE
    return incident.found_at + within if within else None
