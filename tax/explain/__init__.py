"""計算の説明: a computation as ordered Japanese lines."""

from tax.explain.line import Line
from tax.explain.story import explain

__all__ = ["Line", "explain"]
