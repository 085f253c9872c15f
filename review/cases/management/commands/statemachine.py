"""statemachine: write docs/states.md from the table of transitions, or check that it is fresh."""

from typing import Any

from config.generated import GeneratedPage
from review.cases.outward import OUTWARD
from review.cases.states import FINAL, OWNERS, TRANSITIONS, State

FILE = "docs/states.md"
HEAD = """# States of a case (申請の状態)

Written by `python manage.py statemachine` from `review/cases/states.py`; do not edit.

```mermaid
stateDiagram-v2
    [*] --> received
"""


class Command(GeneratedPage):
    help = f"Write {FILE} from the table of transitions."
    file, command = FILE, "statemachine"

    def render(self) -> str:
        return render()


def render() -> str:
    """Return the page: a diagram, then the table with who may move a case where."""
    lines = [HEAD.rstrip("\n")]
    for source, ways in TRANSITIONS.items():
        lines.append(f"    {source.value}: {source.label}")
        lines += [f"    {source.value} --> {to.value}: {_who(roles)}" for to, roles in ways.items()]
    lines += [f"    {state.value} --> [*]" for state in State if state in FINAL]
    lines += ["```", "", "| from | to | who | what the resident is told |", "|---|---|---|---|"]
    for source, ways in TRANSITIONS.items():
        for to, roles in ways.items():
            told = OUTWARD[to].message if to in OUTWARD else "—"
            lines.append(f"| {source.label} | {to.label} | {_who(roles)} | {told} |")
    lines += ["", "| state | whose turn |", "|---|---|"]
    lines += [f"| {state.label} | {owner.label} |" for state, owner in OWNERS.items()]
    return "\n".join(lines) + "\n"


def _who(roles: frozenset[Any]) -> str:
    return "・".join(sorted(str(role.label) for role in roles))
