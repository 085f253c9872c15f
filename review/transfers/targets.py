"""Targets (移転先・提供先): who outside the office may be given what, by which law, from which day.

Who they are is data (targets.toml), and so is what can be handed over of a person (items.toml).
"""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

_FOLDER = Path(__file__).parent


class Route(models.TextChoices):
    """How it goes there (移転方法・提供方法)."""

    LINKAGE = "linkage", _("庁内連携システム")
    TERMINAL = "terminal", _("画面参照")
    MEDIUM = "medium", _("電子記録媒体")
    PAPER = "paper", _("紙")
    POST = "post", _("郵送")
    ELTAX = "eltax", "eLTAX"
    NETWORK = "network", _("情報提供ネットワークシステム")


# What leaves by hand: the person who asks for it is identified (OPS-05).
BY_HAND = frozenset({Route.MEDIUM, Route.PAPER})


@dataclass(frozen=True)
class Item:
    """One thing that can be told of a person (移転する項目)."""

    id: str
    label: str
    unit: str
    source: str = ""
    choices: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Target:
    """One office or authority (移転先・提供先). `until` is the first day on which it is none."""

    id: str
    kind: str
    name: str
    law: str
    purpose: str
    information: str
    routes: tuple[Route, ...]
    frequency: str
    items: tuple[str, ...]
    number: bool
    since: date
    until: date | None = None
    unconfirmed: str = ""

    @property
    def is_transfer(self) -> bool:
        """Tell a 移転先, an office of this city, from a 提供先."""
        return self.kind == "transfer"

    @property
    def route_labels(self) -> str:
        return "・".join(str(route.label) for route in self.routes)

    @property
    def item_list(self) -> list[Item]:
        """Return the items that the target may be given, in the order of their list."""
        return [item for item in items().values() if item.id in self.items]

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@cache
def items() -> dict[str, Item]:
    """Return everything that can be handed over, by id."""
    data = tomllib.loads((_FOLDER / "items.toml").read_text(encoding="utf-8"))
    return {id: Item(id, **entry) for id, entry in data.items()}


@cache
def all_targets() -> tuple[Target, ...]:
    """Return every target of every day, as the file has them."""
    data = tomllib.loads((_FOLDER / "targets.toml").read_text(encoding="utf-8"))
    return tuple(_target(entry) for entry in data["target"])


def _target(entry: dict[str, Any]) -> Target:
    routes = tuple(Route(route) for route in entry.pop("routes"))
    chosen = tuple(entry.pop("items"))
    unknown = set(chosen) - set(items())
    if unknown:
        raise ValueError(f"targets.toml: {entry['id']} names unknown items {sorted(unknown)}")
    return Target(routes=routes, items=chosen, **entry)


def targets(day: date) -> dict[str, Target]:
    """Return who is a target on a day, by id."""
    return {target.id: target for target in all_targets() if target.holds_on(day)}
