"""A synthetic city: residents with a realistic mix of incomes, families and claims.

Everything is drawn from a seeded generator, so that two runs measure the same people. Nobody in it
exists.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tax.columns import Columns

Generator = np.random.Generator


def synthetic_city(residents: int, seed: int = 431001) -> Columns:
    """Columns of so many residents, children and people without income included."""
    draw = np.random.default_rng(seed)
    age = draw.choice(100, size=residents, p=_age_shares()).astype(np.int64)
    working = (age >= 18) & (age < 70) & (draw.random(residents) < 0.8)
    retired = (age >= 62) & (draw.random(residents) < 0.92)
    salary = np.where(working, draw.lognormal(15.0, 0.6, residents), 0).astype(np.int64)
    pension = np.where(retired, draw.normal(1_700_000, 600_000, residents), 0)
    pension = np.clip(pension, 0, None).astype(np.int64)
    facts: dict[str, Any] = {
        "age": age,
        "salary": salary,
        "public_pension": pension,
        "minor": age < 18,
        "social_insurance": salary * 15 // 100 + pension * 6 // 100,
        **_claims(draw, residents, age, salary + pension),
        **_other_incomes(draw, residents, age),
    }
    earner = (salary + pension > 2_500_000) & (age >= 28)
    facts |= _spouses(draw, residents, age, earner)
    relatives, offsets = _relatives(draw, age, earner)
    return Columns(residents, facts, relatives, offsets)


def _age_shares() -> np.ndarray:
    """A present-day age pyramid: flat to 75, then thinning out."""
    ages = np.arange(100)
    shares = np.where(ages < 20, 0.85, 1.0) * np.where(ages > 75, 1 - (ages - 75) / 26, 1.0)
    return shares / shares.sum()


def _some(draw: Generator, size: int, share: float, low: int, high: int) -> np.ndarray:
    """An amount between low and high for a share of the residents, 0 for the others."""
    return np.where(draw.random(size) < share, draw.integers(low, high, size), 0)


def _claims(draw: Generator, size: int, age: np.ndarray, income: np.ndarray) -> dict[str, Any]:
    """Premiums, medical costs, gifts, housing loans and the residents' own circumstances."""
    has_income = income > 0
    housing = has_income & (age > 28) & (age < 55) & (draw.random(size) < 0.18)
    single = (age > 22) & (age < 55) & (draw.random(size) < 0.03)
    return {
        "life_new_general": _some(draw, size, 0.4, 10_000, 150_000) * has_income,
        "life_old_general": _some(draw, size, 0.15, 10_000, 150_000) * has_income,
        "life_care": _some(draw, size, 0.3, 5_000, 90_000) * has_income,
        "earthquake": _some(draw, size, 0.2, 5_000, 60_000) * has_income,
        "medical_paid": _some(draw, size, 0.12, 50_000, 600_000) * has_income,
        "furusato": _some(draw, size, 0.15, 5_000, 120_000) * has_income,
        "one_stop": draw.random(size) < 0.5,
        "has_housing": housing,
        "housing_amount": housing * draw.integers(50_000, 300_000, size),
        "housing_income_tax_taxable": housing * draw.integers(1_000_000, 4_000_000, size),
        "housing_income_tax": housing * draw.integers(0, 200_000, size),
        "housing_move_in_year": housing * draw.integers(2014, 2027, size),
        "disability": draw.choice(4, size, p=[0.93, 0.04, 0.03, 0.0]).astype(np.int64),
        "single_parent": single * draw.integers(1, 3, size),
    }


def _other_incomes(draw: Generator, size: int, age: np.ndarray) -> dict[str, Any]:
    """Businesses, rents, dividends, stocks and the sale of a house."""
    grown = age >= 25
    revenue = _some(draw, size, 0.07, 500_000, 15_000_000) * grown
    dividends = _some(draw, size, 0.03, 1_000, 800_000) * grown
    return {
        "business_revenue": revenue,
        "business_expenses": revenue * 55 // 100,
        "business_blue_deduction": np.where(revenue > 3_000_000, 650_000, 0),
        "real_estate_revenue": _some(draw, size, 0.03, 300_000, 6_000_000) * grown,
        "listed_div": dividends,
        "stock": _some(draw, size, 0.02, 10_000, 3_000_000) * grown,
        "withheld_split": dividends // 20,
        "land_long": _some(draw, size, 0.003, 1_000_000, 40_000_000) * grown,
    }


def _spouses(draw: Generator, size: int, age: np.ndarray, earner: np.ndarray) -> dict[str, Any]:
    has_spouse = earner & (draw.random(size) < 0.5)
    income = np.where(draw.random(size) < 0.6, 0, draw.integers(0, 2_500_000, size))
    return {
        "has_spouse": has_spouse,
        "spouse_age": np.where(has_spouse, np.clip(age + draw.integers(-6, 7, size), 18, 99), 40),
        "spouse_income": has_spouse * income,
    }


def _relatives(
    draw: Generator, age: np.ndarray, earner: np.ndarray
) -> tuple[dict[str, Any], np.ndarray]:
    """Children and a few parents: flat columns, and where each resident's begin."""
    count = earner * draw.choice(5, age.size, p=[0.45, 0.2, 0.22, 0.1, 0.03])
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    total = int(offsets[-1])
    parent = draw.random(total) < 0.12
    earning = draw.random(total) < 0.1
    ages = np.where(parent, draw.integers(62, 95, total), draw.integers(0, 27, total))
    return {
        "age": ages.astype(np.int64),
        "total_income": earning * draw.integers(0, 1_500_000, total),
        "disability": draw.choice(4, total, p=[0.96, 0.02, 0.01, 0.01]).astype(np.int64),
        "cohabiting_parent": parent & (draw.random(total) < 0.6),
    }, offsets
