"""Incomes (所得) in the language of the tax engine: sums of what was declared, by kind."""

from collections.abc import Callable
from typing import Any

from filing.kinds import BLUE_DEDUCTION, NOT_A_COST, SMALL_SCALE, TRADES

from .parts import Answers, filled, net, record, rows, total

_LAND = {
    "short": "land_short_term",
    "short_public": "land_short_term_public",
    "long": "land_long_term",
    "long_superior": "land_long_term_superior",
    "long_residence": "land_long_term_residence",
}
_SHORT_LAND = ("short", "short_public")
_DIVIDENDS = {"shares": "shares", "trust": "trusts", "foreign_trust": "foreign_trusts"}


def income_inputs(answers: Answers) -> dict[str, Any]:
    """Return the inputs of every kind of income (収入・所得) that the answers have a block of."""
    given = {group for group, value in answers.items() if value}
    found: dict[str, Any] = {}
    for groups, read in _READERS:
        if not given.isdisjoint(groups):
            found.update(read(answers))
    return found


def _misc(answers: Answers) -> dict[str, Any]:
    declared = rows(answers, "misc")
    return {
        "misc_business": _sums([row for row in declared if row.get("nature") == "business"]),
        "misc_other": _sums([row for row in declared if row.get("nature") != "business"]),
    }


def costs_of(trade: Answers) -> int:
    """Return the sum of a trade's costs (必要経費の合計), family workers not counted."""
    return sum(amount or 0 for code, amount in trade.items() if code not in NOT_A_COST)


def loss_of(answers: Answers, trade: str) -> int:
    """Return a trade's loss (損失の金額), 青色事業専従者給与 among its costs; 0 for a gain."""
    return max(-_gain_of(answers, trade), 0)


def _gain_of(answers: Answers, trade: str) -> int:
    """収入 less 必要経費 and 専従者給与, before 青色申告特別控除."""
    found = record(answers, trade)
    return (found.get("revenue") or 0) - costs_of(found) - _family_pay(answers, trade)


def trade_inputs(answers: Answers, trade: str) -> dict[str, Any]:
    """Return one of 営業等・農業・不動産; {} where it is not declared."""
    found = record(answers, trade)
    if not found:
        return {}
    workers = _workers(answers, trade)
    spouses = sum(row.get("relation") == "spouse" for row in workers)
    white = not _is_blue(found)
    return filled(
        {
            "revenue": found.get("revenue"),
            "expenses": costs_of(found) - _kept_loss(answers, trade),
            "blue_deduction": blue_deductions(answers)[trade],
            "family_employee": _family_pay(answers, trade),
            "white_spouse": min(spouses, 1) if white else 0,
            "white_others": len(workers) - spouses if white else 0,
        }
    )


def blue_deductions(answers: Answers) -> dict[str, int]:
    """Return each trade's part of the one 青色申告特別控除 (租税特別措置法25条の2).

    One amount a person, the highest that any trade's books allow: real estate uses it up first,
    business and farm what is left. Real estate below 事業的規模 allows no more than 100,000 yen.
    """
    trades = {trade: record(answers, trade) for trade in TRADES}
    blue = {trade: found for trade, found in trades.items() if _is_blue(found)}
    left = max((BLUE_DEDUCTION[_books_that_count(found)] for found in blue.values()), default=0)
    parts = dict.fromkeys(TRADES, 0)
    for trade in ("real_estate", "business", "farm"):
        found = blue.get(trade) or {}
        parts[trade] = min(left, max(_gain_of(answers, trade), 0)) if found else 0
        left -= parts[trade]
    return parts


def _books_that_count(trade: Answers) -> str:
    return SMALL_SCALE if trade.get("business_scale") is False else str(trade["books"])


def _kept_loss(answers: Answers, trade: str) -> int:
    """損益通算の特例 (租税特別措置法41条の4): the part of a loss that comes from a loan for land.

    It is set against no other income, so these costs do not count. General knowledge: "?".
    """
    return min(record(answers, trade).get("land_interest") or 0, loss_of(answers, trade))


def _is_blue(trade: Answers) -> bool:
    return str(trade.get("books", "")).startswith("blue")


def _family_pay(answers: Answers, trade: str) -> int:
    """青色事業専従者給与 of one trade; with white books there is none."""
    return total(_workers(answers, trade), "salary") if _is_blue(record(answers, trade)) else 0


def _workers(answers: Answers, trade: str) -> list[Answers]:
    """The 専従者 of one trade; rents below 事業的規模 have none (所得税法57条; "?")."""
    if record(answers, trade).get("business_scale") is False:
        return []
    return [row for row in answers.get("family_workers") or [] if row.get("trade") == trade]


def _sums(entries: list[Any]) -> dict[str, int]:
    return filled({key: total(entries, key) for key in ("revenue", "expenses")})


def _dividends(answers: Answers) -> dict[str, Any]:
    declared = rows(answers, "dividends")
    apart = [row for row in declared if row.get("method") == "separate"]
    together = [row for row in declared if row.get("method") != "separate"]
    by_kind = {
        name: total((row for row in together if row.get("kind") == kind), "revenue")
        for kind, name in _DIVIDENDS.items()
    }
    withheld = [*declared, *rows(answers, "shares")]
    return {
        "general_dividends": filled(by_kind | {"interest_paid": total(together, "interest_paid")}),
        "listed_dividends_separate": max(
            total(apart, "revenue") - total(apart, "interest_paid"), 0
        ),
        "withheld_split": total(withheld, "withheld_resident_tax"),
    }


def _transfers(answers: Answers) -> dict[str, Any]:
    """総合譲渡 by term. A loss from what no trade used (金, ゴルフ会員権) meets other sales alone.

    所得税法69条2項 (general knowledge, "?"): of the loss that is left, the engine may set against
    other income what comes from things of a trade, or of which nothing is said.
    """
    sold = rows(answers, "transfers")
    kept, found = kept_transfer_loss(sold), {}
    for term in ("short", "long"):
        of_term = [row for row in sold if row.get("term") == term]
        cut = min(kept, max(-net(of_term), 0))
        kept -= cut
        expenses = total(of_term, "expenses") - cut
        found[f"transfer_{term}"] = filled(
            {"revenue": total(of_term, "revenue"), "expenses": expenses}
        )
    return found


def kept_transfer_loss(sold: list[Answers]) -> int:
    """損益通算しない損失: what other sales leave of losses from what no trade used."""
    of_trades = sum(max(-net([row]), 0) for row in sold if _may_offset(row))
    return max(-net(sold) - of_trades, 0)


def _may_offset(row: Answers) -> bool:
    return row.get("business_asset") is not False


def _land(answers: Answers) -> dict[str, Any]:
    """Gains by kind; a loss is set against other gains from land and buildings only.

    Short and long term each meet their own losses first, then what is left goes across
    (租税特別措置法通達31・32共-2). Which gain of a term a loss reaches first is general knowledge
    ("?"): here the order of the form's kinds.
    """
    sold = rows(answers, "land")
    by_kind = {kind: [row for row in sold if row.get("kind") == kind] for kind in _LAND}
    gains = {kind: net(entries) for kind, entries in by_kind.items()}
    short, loss_of_short = _set_off({kind: gains[kind] for kind in _SHORT_LAND})
    long, loss_of_long = _set_off({kind: gains[kind] for kind in _LAND if kind not in _SHORT_LAND})
    short, _ = _take_from(short, loss_of_long)
    long, _ = _take_from(long, loss_of_short)
    return {
        name: filled({"gain": gain, "special_deduction": total(by_kind[kind], "special_deduction")})
        for kind, name in _LAND.items()
        if (gain := (short | long)[kind])
    }


def _set_off(gains: dict[str, int]) -> tuple[dict[str, int], int]:
    """Set the losses of one term against its gains; return what is left of both."""
    loss = -sum(gain for gain in gains.values() if gain < 0)
    return _take_from({kind: max(gain, 0) for kind, gain in gains.items()}, loss)


def _take_from(gains: dict[str, int], loss: int) -> tuple[dict[str, int], int]:
    left = {}
    for kind, gain in gains.items():
        left[kind] = gain - min(gain, loss)
        loss -= min(gain, loss)
    return left, loss


def _shares(answers: Answers) -> dict[str, Any]:
    sold = rows(answers, "shares")
    listed = net(row for row in sold if row.get("kind") == "listed")
    general = net(row for row in sold if row.get("kind") == "general")
    return {
        "listed_stock_gain": max(listed, 0),
        "listed_stock_loss": max(-listed, 0),
        "general_stock_gain": max(general, 0),
    }


def _forestry(answers: Answers) -> dict[str, int]:
    """山林所得, or its loss, which other incomes of the year take (所得税法69条)."""
    sold = record(answers, "forestry")
    gain = net([sold])
    special = sold.get("special_deduction") or 0
    return {"forestry": max(gain - special, 0), "forestry_loss": max(-gain, 0)}


def _special_rules(answers: Answers) -> dict[str, bool]:
    rules = answers.get("special_rules") or {}
    return {
        "home_worker": bool(rules.get("home_worker")),
        "child_under_23_elsewhere": bool(rules.get("child_elsewhere")),
        "special_disabled_elsewhere": bool(rules.get("special_elsewhere")),
    }


def _losses(answers: Answers) -> dict[str, Any]:
    losses = answers.get("losses") or {}
    return {
        "loss_carryforward": losses.get("general"),
        "casualty_loss_carryforward": losses.get("casualty"),
        "stock_loss_carryforward": losses.get("shares"),
        "futures_loss_carryforward": losses.get("futures"),
    }


#: Blocks of the form and what reads them: most people have two or three of them.
_READERS: tuple[tuple[tuple[str, ...], Callable[[Answers], dict[str, Any]]], ...] = (
    (("salaries",), lambda a: {"salary": total(rows(a, "salaries"), "revenue")}),
    (("pensions",), lambda a: {"public_pension": total(rows(a, "pensions"), "revenue")}),
    (("misc",), _misc),
    # 利子所得 has no costs and is part of 総所得金額 as it is (所得税法23条).
    (("interest",), lambda a: {"other_total_income": total(rows(a, "interest"), "revenue")}),
    (TRADES, lambda a: {trade: trade_inputs(a, trade) for trade in TRADES}),
    (("dividends", "shares"), _dividends),
    (("occasional",), lambda a: {"occasional": _sums(rows(a, "occasional"))}),
    (("transfers",), _transfers),
    (("land",), _land),
    (("shares",), _shares),
    (("futures",), lambda a: {"futures_gain": max(net(rows(a, "futures")), 0)}),
    (("forestry",), _forestry),
    (("losses",), _losses),
    (("special_rules",), _special_rules),
)
