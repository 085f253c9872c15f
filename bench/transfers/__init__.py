"""Measuring the files for other offices."""
