"""A simulator of the デジタル認証アプリ: same paths and failures, demo cards only.

It stands outside the zones, as the real service does: the portal reaches it over HTTP alone.
"""
