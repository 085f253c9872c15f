"""Translations (翻訳): what residents read, in which languages, and whether nothing is missing."""
