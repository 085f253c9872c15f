"""Signing in with the デジタル認証アプリ: OpenID Connect through django-allauth."""
