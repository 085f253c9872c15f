"""The estimate (目安): the year's tax as far as the answers go, by the engine that assesses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import filing
import tax
from config.context import load_municipality_file
from portal.collecting import Ways, ways_of
from portal.interview import payload
from portal.interview.flow import unfinished
from portal.interview.model import Section, Situation
from portal.ranges import Narrowing, lowest, narrowing
from tax.explain.ways import told_by_plan

# What a gift costs in any case (地方税法37条の2第1項), in yen.
OWN_BURDEN = 2_000
# Groups whose answers can only lower the tax.
LOWERING = ("deductions", "family")


def _unknown() -> None:
    return None


@dataclass
class Estimate:
    """What is known of the tax. `total` is None while an answer without which it is moot is open.

    `at_most` says that deductions are still to come: the tax can only fall from here, down to
    `low`. `before` is the total before the last answer, `change` the difference.
    """

    total: int | None = None
    low: int | None = None
    before: int | None = None
    change: int | None = None
    at_most: bool = False
    explain: Callable[[], list[tax.Line]] = list
    savings: list[tuple[str, int]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    furusato_given: int = 0
    missing: list[str | Promise] = field(default_factory=list)
    may_lower: list[str | Promise] = field(default_factory=list)
    possible: Callable[[], list[Narrowing]] = list
    free_because: str = ""
    collect: Callable[[], Ways | None] = _unknown

    @cached_property
    def lines(self) -> list[tax.Line]:
        """The breakdown, line by line: told where it is shown, not on every page."""
        lines = self.explain()
        return told_by_plan(lines, self.ways.plan) if self.ways else lines

    @cached_property
    def ways(self) -> Ways | None:
        """How the tax would be collected, None where there is none: planned where it is shown."""
        return self.collect()

    @cached_property
    def narrowing(self) -> list[Narrowing]:
        """What each open section could do: computed where it is shown, not on every page."""
        return self.possible()

    @property
    def exempt(self) -> bool:
        return self.total == 0

    @property
    def furusato_limit(self) -> int:
        """The largest ふるさと納税 that costs 2,000 yen (目安), 0 where there is none."""
        limit = int(self.result.get("furusato_limit_1000yen", 0)) if self.total else 0
        return limit if limit > OWN_BURDEN else 0


def assess(situation: Situation) -> tax.Assessment | None:
    """Return the assessment of the answers so far.

    None before card and income are known, and where answers contradict each other, which the
    checks of the return tell.
    """
    if situation.birth_date is None or "kinds" not in situation.answers("income"):
        return None
    inputs = filing.tax_inputs(
        payload.answers(situation), birth_date=situation.birth_date, tax_year=situation.tax_year
    )
    try:
        return tax.assess(inputs, tax_year=situation.tax_year, municipality=municipality_name())
    except tax.InputError:
        return None


def estimate(situation: Situation, waiting: list[Section] | None = None) -> Estimate:
    """Return the estimate with its breakdown, or what is missing for one.

    `waiting` are the sections that wait for an answer, where the caller knows them already.
    """
    open_sections = unfinished(situation) if waiting is None else waiting
    missing = _missing(situation, open_sections)
    assessment = None if missing else assess(situation)
    if assessment is None:
        contradiction = gettext_lazy("たがいに合わない答え(「内容の確認」に書いてあります)")
        return Estimate(missing=missing or [contradiction])
    lowering = [section for section in open_sections if section.group in LOWERING]
    total = int(assessment.result["total"])
    before = situation.content.get("change", {}).get("before")
    changed = before is not None and before != total
    return Estimate(
        total=total,
        low=lowest(assessment, lowering) if total else 0,
        before=before if changed else None,
        change=total - before if changed else None,
        at_most=bool(lowering) and total > 0,
        explain=lambda: list(assessment.explanation),
        savings=[(label, yen) for label, yen in assessment.savings if yen > 0],
        result=assessment.result,
        furusato_given=int(assessment.inputs.get("furusato", 0)),
        may_lower=[section.title for section in lowering] if total else [],
        possible=lambda: narrowing(assessment, lowering) if total else [],
        free_because=_free_because(assessment),
        collect=lambda: ways_of(assessment, situation) if total else None,
    )


def total_of(content: dict[str, Any], tax_year: str) -> int | None:
    """Return the total of the answers in `content`, None where there is no estimate yet."""
    situation = Situation(content, tax_year)
    if _missing(situation, unfinished(situation, "income")):
        return None
    assessment = assess(situation)
    return int(assessment.result["total"]) if assessment else None


def municipality_name() -> str:
    """Return the name under which the tax engine knows the municipality."""
    return str(load_municipality_file(settings.MUNICIPALITY_FILE)["name"])


def _missing(situation: Situation, open_sections: list[Section]) -> list[str | Promise]:
    """Return what must be answered before any figure would mean something."""
    card = [] if situation.birth_date else [gettext_lazy("カードの読み取り")]
    return [*card, *(one.title for one in open_sections if one.group == "income")]


def _free_because(assessment: tax.Assessment) -> str:
    """Return why nothing, or only 均等割, is to be paid (非課税の理由); "" where all is."""
    done = assessment.computation
    exemption, incomes = done.exemption, done.incomes
    words = {
        "income": f"{incomes.gokei:,}",
        "limit": f"{exemption.per_capita_limit:,}",
        "persons": exemption.persons,
        "special": f"{done.law.exemption_special_limit:,}",
        "levy_income": f"{incomes.soshotoku:,}",
        "levy_limit": f"{exemption.income_levy_limit:,}",
    }
    if done.facts.livelihood_protection:
        text = _("1月1日に生活扶助を受けていたからです。")
    elif exemption.by_status:
        text = _(
            "障害者・未成年者・寡婦・ひとり親で、合計所得金額%(income)s円が%(special)s円以下だからです。"
        )
    elif exemption.everything:
        text = _("合計所得金額%(income)s円が、%(persons)s人の限度額%(limit)s円以下だからです。")
    elif done.facts.house_only:
        text = _("市の外に住み、市に家や事務所がある人には、均等割だけがかかるからです。")
    elif exemption.income_levy:
        text = _(
            "総所得金額等%(levy_income)s円が%(persons)s人の限度額%(levy_limit)s円以下なので、"
            "所得に応じた分(所得割)はかかりません。均等割だけがかかります。"
        )
    else:
        return ""
    return text % words
