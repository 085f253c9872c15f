"""Asks a virus scanner (ウイルスチェック) about a file; knows neither Django nor zones."""

from scanning.clamd import ClamdScanner
from scanning.verdicts import Outcome, Verdict

__all__ = ["ClamdScanner", "Outcome", "Verdict"]
