"""Retention periods (保存期間) per procedure, and which tax years have outlived them."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filing.calendar import retention_end

FILE = Path(__file__).with_name("periods.toml")


@dataclass(frozen=True)
class Period:
    """How long a procedure's data are kept (保存期間), counted from the end of the 課税年度."""

    procedure: str
    label: str
    years: int
    basis: str = ""

    def is_over(self, tax_year: str, as_of: date) -> bool:
        """Tell whether `as_of` lies after the last day of keeping: not on the day itself."""
        return as_of > retention_end(tax_year, years=self.years)


def load_periods(path: Path = FILE) -> dict[str, Period]:
    """Return the periods by procedure."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Period(name, **entry) for name, entry in data.items()}
