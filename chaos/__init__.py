"""Faults on purpose (障害試験): real processes and engines, a stream of filings, and an account."""
