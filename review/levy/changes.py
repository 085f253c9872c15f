"""What a 更正 changed (変更の明細): each line old and new, its rule, the documents behind it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from review.assessment.models import Assessment, SourceDocument
from review.assessment.queries import explanation_of
from review.levy.models import Decision

Key = tuple[str, str, int]
# Terms as they would be from the year's beginning: what a 更正 leaves of them is with the decision.
PLAN = "納め方"


@dataclass(frozen=True)
class ChangedLine:
    """A line of the computation (計算の行) that is new, gone or of another amount."""

    section: str
    label: str
    old: int | None
    new: int | None
    formula: str
    basis: str

    @property
    def difference(self) -> int:
        """Return by how much it rose; a line that one side has not counts as nothing there."""
        return (self.new or 0) - (self.old or 0)


@dataclass(frozen=True)
class Changes:
    """What one decision changed against the one before, and which documents came or went."""

    decision: Decision
    lines: list[ChangedLine]
    came: list[SourceDocument]
    went: list[SourceDocument]
    # Whether both computations still give what was decided; else the lines explain another tax.
    agrees: bool


def corrections_of(decisions: Iterable[Decision]) -> list[Changes]:
    """Return what each 更正 among a person's decisions of one year changed, the newest first."""
    known = {d.number: d for d in decisions if d.state != Decision.State.DROPPED}
    return [
        _changes(known[number], known[number - 1])
        for number in sorted(known, reverse=True)
        if number - 1 in known
    ]


def _changes(decision: Decision, before: Decision) -> Changes:
    new, new_agrees = explanation_of(decision.assessment)
    old, old_agrees = explanation_of(before.assessment)
    documents, earlier = _documents(decision.assessment), _documents(before.assessment)
    return Changes(
        decision,
        changed_lines(old, new),
        came=[documents[pk] for pk in documents if pk not in earlier],
        went=[earlier[pk] for pk in earlier if pk not in documents],
        agrees=new_agrees and old_agrees,
    )


def changed_lines(
    old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]
) -> list[ChangedLine]:
    """Return the lines that differ in their amount, in the order of the new computation."""
    before, after = _by_key(old), _by_key(new)
    return [
        ChangedLine(key[0], key[1], was.get("amount"), now.get("amount"), **_rule(now or was))
        for key in (*after, *(key for key in before if key not in after))
        if (was := before.get(key, {})).get("amount") != (now := after.get(key, {})).get("amount")
    ]


def _rule(line: Mapping[str, Any]) -> dict[str, str]:
    return {"formula": line.get("formula") or "", "basis": line.get("basis") or ""}


def _by_key(lines: Iterable[Mapping[str, Any]]) -> dict[Key, Mapping[str, Any]]:
    """Return the lines by section, label and which of that name it is."""
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[Key, Mapping[str, Any]] = {}
    for line in lines:
        if line["section"] == PLAN:
            continue
        name = line["section"], line["label"]
        found[*name, seen[name]] = line
        seen[name] += 1
    return found


def _documents(assessment: Assessment) -> dict[Any, SourceDocument]:
    rows = assessment.basis.documents.order_by("kind", "source")
    return {document.pk: document for document in rows}
