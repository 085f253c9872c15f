"""What is still wrong with a draft, with the place where each thing can be mended."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

import filing
from config.translations.said import say
from filing import Problem
from portal.interview.conditions import is_claimed
from portal.interview.flow import Step, unfinished
from portal.interview.home import houses_unasked
from portal.interview.links import step_of, url_of
from portal.interview.model import Situation
from portal.interview.sections import BY_CODE
from portal.interview.supporting import (
    relative_earns_too_much,
    relative_limit,
    spouse_counts,
    spouse_earns_too_much,
    spouse_is_claimed,
    spouse_limit,
    spouse_lives_apart,
)
from portal.models import Draft
from portal.papers.models import Topic
from portal.papers.queries import has_paper, missing_proof
from portal.services.signing import document_of


@dataclass(frozen=True)
class Finding:
    """A problem in the resident's words, and where to mend it ("" where nothing here can)."""

    message: str
    level: str
    url: str
    section: str


def findings(draft: Draft, situation: Situation) -> list[Finding]:
    """Return the problems of the return as it stands; none before it is known who files."""
    if not situation.parties_are_known:
        return []
    document = document_of(draft, challenge="0" * 32, now=timezone.now())
    found = [
        _finding(problem, draft, situation)
        for problem in filing.validate(document)
        if not _comes_from_the_card(problem, situation)
    ]
    if missing := missing_proof(draft, situation):
        url = url_of(draft.place, Step("principal", "authority"), back="check")
        found.append(Finding(missing, "error", url, "principal"))
    if spouse_is_claimed(situation) and spouse_earns_too_much(situation):
        found.append(_leaves_out_spouse(draft, situation))
    found += _leaves_out_relatives(draft, situation)
    if spouse_counts(situation) and _household_is_unasked(situation):
        found.append(_asks_for_household(draft))
    found += [_asks_for_house(draft, step) for step in houses_unasked(situation)]
    if document.answers.get("medical") and not _shows_medical(draft, document):
        url = url_of(draft.place, Step("medical", "list"), back="check")
        message = _(
            "医療費の明細がありません。明細を入力するか、明細書や医療費のお知らせの写真を付けてください。"
        )
        found.append(Finding(message, "warning", url, "medical"))
    return found


def _leaves_out_spouse(draft: Draft, situation: Situation) -> Finding:
    message = _(
        "夫や妻の所得が%(limit)s円を超えるので、控除はありません。"
        "この申告には書かないので、マイナンバーも要りません。金額を確かめてください。"
    ) % {"limit": f"{spouse_limit(situation):,}"}
    url = url_of(draft.place, Step("spouse", "income"), back="check")
    return Finding(message, "warning", url, "spouse")


def _leaves_out_relatives(draft: Draft, situation: Situation) -> Iterator[Finding]:
    section = BY_CODE["relatives"]
    for item in situation.items("relatives") if section.has_items(situation) else []:
        seen = situation.of_item(item)
        if not is_claimed(item) or not relative_earns_too_much(seen):
            continue
        message = _(
            "%(name)sさんの所得が%(limit)s円を超えるので、控除はありません。"
            "この申告には書かないので、マイナンバーも要りません。金額を確かめてください。"
        ) % {"name": section.item_label(item), "limit": f"{relative_limit(seen):,}"}
        url = url_of(draft.place, Step("relatives", "income", item["id"]), back="check")
        yield Finding(message, "warning", url, "relatives")


def _household_is_unasked(situation: Situation) -> bool:
    return spouse_lives_apart(situation) and "one_household" not in situation.answers("spouse")


def _asks_for_household(draft: Draft) -> Finding:
    message = _(
        "離れて暮らす夫や妻と、家計がいっしょか答えてください。別々のときは、控除はありません。"
    )
    url = url_of(draft.place, Step("spouse", "household"), back="check")
    return Finding(message, "warning", url, "spouse")


def _asks_for_house(draft: Draft, step: Step) -> Finding:
    message = _(
        "重い障害のある家族と、ふだんから同じ家で暮らしているか答えてください。"
        "老人ホームなどにいると、控除の金額がちがいます。"
    )
    return Finding(message, "warning", url_of(draft.place, step, back="check"), step.section)


def _shows_medical(draft: Draft, document: filing.Return) -> bool:
    """Tell whether a list or a paper shows the costs (医療費控除の明細書, 法45条の2・317条の2)."""
    return bool(document.answers.get("medical_receipts")) or has_paper(draft, Topic.MEDICAL)


def sections_in_trouble(draft: Draft, situation: Situation) -> set[str]:
    """Return the finished sections that hold an error (要確認)."""
    waiting = {section.code for section in unfinished(situation)}
    found = findings(draft, situation)
    return {f.section for f in found if f.level == "error" and f.section} - waiting


def _comes_from_the_card(problem: Problem, situation: Situation) -> bool:
    """Tell whether reading the card mends it: the next step, and nobody's mistake.

    Erased at every submission, the number is missing whenever a return is filed again.
    """
    of_the_filer = problem.field == "filer.personal_number" and not situation.principal
    return of_the_filer and not situation.card_is_read


def _finding(problem: Problem, draft: Draft, situation: Situation) -> Finding:
    step = step_of(problem, situation)
    url = url_of(draft.place, step, back="check") if step else ""
    return Finding(say(problem.message), problem.level, url, step.section if step else "")
