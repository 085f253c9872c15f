"""Mails of an account (利用者登録のメール): rows first, sent by the worker, and then gone."""
