"""The public zone: what residents reach, and the exchange endpoint that the relay pulls from."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import SELF

from config.keyring import Keyring
from config.settings.auth_app import auth_app
from config.settings.base import *  # noqa: F403
from config.settings.base import (
    CONTENT_SECURITY_POLICY,
    SHARED_APPS,
    SITE_APPS,
    SITE_MIDDLEWARE,
    hardened,
)
from config.settings.environment import env, secret, zone_settings
from config.settings.responder import responder_address
from config.settings.safety import refuse_demo_data_keys, refuse_demo_trust

globals().update(zone_settings("portal"))
DEMO = env.bool("DEMO", False)
globals().update(hardened(https=not DEMO))

# One code base, two doors: residents reach SITE=web, the relay reaches SITE=exchange.
ROOT_URLCONF = "exchange.urls" if env.str("SITE", "web") == "exchange" else "portal.urls"

INSTALLED_APPS = [
    *SHARED_APPS,
    *SITE_APPS,
    "portal",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "portal.identity",
]
# Ours in the place of Django's; the language is chosen behind the log-in.
OWN_MIDDLEWARE = {
    "django.contrib.sessions.middleware.SessionMiddleware": ["portal.sessions.SessionMiddleware"],
    "django.middleware.locale.LocaleMiddleware": [],
}
MIDDLEWARE = [
    *(own for name in SITE_MIDDLEWARE for own in OWN_MIDDLEWARE.get(name, [name])),
    "portal.languages.LanguageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
if env.str("SITE", "web") == "exchange":
    # The relay's door knows neither sessions nor log-ins.
    MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
    INSTALLED_APPS = [
        app for app in INSTALLED_APPS if not app.startswith(("allauth", "portal.identity"))
    ]

# What residents may choose, each named in itself; the tests hold the catalogues to it.
LANGUAGES = [
    ("ja", "日本語"),
    ("ja-easy", "やさしい日本語"),
    ("en", "English"),
    ("zh-hans", "简体中文"),
    ("zh-hant", "繁體中文"),
    ("ko", "한국어"),
    ("vi", "Tiếng Việt"),
    ("ne", "नेपाली"),
    ("pt-br", "Português"),
    ("tl", "Filipino"),
]
# Languages that have begun with the first pages; the others are shown in the second language.
BEGUN_LANGUAGES = dict.fromkeys(("zh-hans", "zh-hant", "ko", "vi", "ne", "pt-br", "tl"), "en")
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = not DEMO
AUTH_USER_MODEL = "portal.Resident"
AUTHENTICATION_BACKENDS = ["portal.accounts.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.passwords.SimilarityValidator"},
    {"NAME": "portal.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "portal.passwords.CommonValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# The links are ours (portal/services/address.py): they count from the account's holder alone.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
# So many of our own proxies stand before the portal: X-Forwarded-For is believed as far as they
# wrote it. With none it is not believed at all, for whoever calls could write it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)
# Scripts that play residents of the demo all come from one address.
ACCOUNT_RATE_LIMITS = {
    # A counter's tablets, or the phones of one carrier, share an address: these are more than what
    # allauth allows. Guesses of one account are bounded below by its own, and by allauth.
    "app_start": "120/m/ip",
    "signup": "60/m/ip",
    "login": "90/m/ip",
    # Apart from allauth's own, which would tell by its refusal who has just signed up.
    "ask_address": "1/3m/key",
    # Guesses of a birth date, see portal/accounts.py.
    "reset_proof": "5/d/key,15/90d/key",
    # A sign-up opens the account whose address and password it names: each is a guess.
    "signup_address": "5/h/key",
    **(dict.fromkeys(("app_start", "signup", "login"), "600/m/ip") if DEMO else {}),
}
# How often a minute one resident may do what costs more than a page (portal/pace.py). The pages of
# the longest PDF are fifty pictures, and a paper has to be turned up to three times.
_SCRIPTS = 10 if DEMO else 1
PACE = {
    "saves": 120 * _SCRIPTS,
    "signing": 20 * _SCRIPTS,
    "files": 20 * _SCRIPTS,
    "pictures": 300 * _SCRIPTS,
    "papers": 60,
}
ACCOUNT_FORMS = {
    "login": "portal.accounts.LoginForm",
    "signup": "portal.accounts.SignupForm",
    "reset_password": "portal.accounts.ResetPasswordForm",
    "reset_password_from_key": "portal.accounts.ResetPasswordKeyForm",
    "set_password": "portal.accounts.SetPasswordForm",
    "change_password": "portal.accounts.ChangePasswordForm",
    "reauthenticate": "portal.accounts.ReauthenticateForm",
}
# デジタル認証アプリ: where the service is, and under which name this portal is registered with it.
# Without an address it is not offered. The portal's key stands in KEYS_DIR/auth-app/<kid>.pem.
AUTH_APP_URL, AUTH_APP_CLIENT_ID = auth_app(Path(globals()["KEYS_DIR"]), demo=DEMO)
SOCIALACCOUNT_ADAPTER = "portal.identity.adapter.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "auth_app": {"APPS": [{"client_id": "portal", "name": "デジタル認証アプリ"}]}
}
SOCIALACCOUNT_FORMS = {"signup": "portal.identity.forms.SecondAccountForm"}
# Who comes in with the card needs no address: one is asked for at the receipt, and confirmed.
SOCIALACCOUNT_EMAIL_REQUIRED = False
# An account is found by the service's pseudonym, never by an e-mail address.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
if AUTH_APP_URL:
    # Browsers hold a form's redirects to this list as well.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] = [SELF, AUTH_APP_URL]
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/return/"
LOGOUT_REDIRECT_URL = "/"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
# A mail server that answers nothing must not hold the worker, or the row of a notice.
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", "")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@localhost")
# The address that mails point to.
PORTAL_URL = secret("PORTAL_URL", "the address of this site, for the links in mails")
# A draft that nobody has touched for so long is erased; a submission's answers after so many years.
DRAFT_KEPT = timedelta(days=env.int("DRAFT_KEPT_DAYS", 90))
# How long before a draft goes its resident is told.
DRAFT_WARNED = timedelta(days=env.int("DRAFT_WARNED_DAYS", 14))
SUBMISSION_KEPT_YEARS = env.int("SUBMISSION_KEPT_YEARS", 7)
# The zone's own records of operations, and the orders of mails that were sent.
EVENTS_KEPT_YEARS = env.int("EVENTS_KEPT_YEARS", 7)
NOTICES_KEPT = timedelta(days=env.int("NOTICES_KEPT_DAYS", 400))
# Ids and digests of messages that both ends are done with: far longer than one could come again.
ROWS_KEPT = timedelta(days=env.int("ROWS_KEPT_DAYS", 400))
# A filing that failed to arrive for good is told to its resident so long after, if not mended.
DELIVERY_FAILURE_TOLD_AFTER_HOURS = env.int("DELIVERY_FAILURE_TOLD_AFTER_HOURS", 24)
# Rate limits are counted in the database: all processes share them, and they outlive the broker.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
# A session lasts so long after the last page at least, and a minute more at most: it is prolonged
# when the minute has gone (portal/sessions.py).
SESSION_SURE = timedelta(minutes=30)
SESSION_COOKIE_AGE = int((SESSION_SURE + timedelta(minutes=1)).total_seconds())
SESSION_ENGINE = "portal.sessions"
SESSION_COOKIE_SAMESITE = "Lax"

DATA_KEYRING = Keyring.parse(secret("DATA_KEYS", "id:base64 of 32 random bytes; seals the drafts"))
# Certificate authorities and revocation lists by which a card is checked before a return is taken.
ANCHORS_DIR = secret("ANCHORS_DIR", "the folder of the trusted CA certificates")
CRLS_DIR = secret("CRLS_DIR", "the folder of the current revocation lists")
# Besides the lists, a responder that may be asked: none where the address is empty, and only on a
# host of the outward list. An answer counts so long after its thisUpdate, and is kept so long.
REVOCATION_HOSTS: list[str] = env.list("REVOCATION_HOSTS", [])
OCSP_URL = responder_address(REVOCATION_HOSTS)
OCSP_MAX_AGE_HOURS = env.int("OCSP_MAX_AGE_HOURS", 24)
OCSP_KEEP_MINUTES = env.int("OCSP_KEEP_MINUTES", 60)
OCSP_TIMEOUT_SECONDS = env.float("OCSP_TIMEOUT_SECONDS", 3.0)
OCSP_NONCE_REQUIRED = env.bool("OCSP_NONCE_REQUIRED", False)
# The virus scanner (clamd) that every paper is shown to: unix:PATH or tcp:HOST:PORT. It cannot be
# left out: while it is away, papers wait.
SCANNER_ADDRESS = env.str("SCANNER_ADDRESS", "tcp:127.0.0.1:3310")
SCANNER_SECONDS = env.float("SCANNER_SECONDS", 10.0)
FILE_UPLOAD_HANDLERS = ["portal.papers.handler.BoundedUploads"]
# Demo cards carry the policy of the test environment, so that none can pass in production.
CERTIFICATE_POLICY = env.str("CERTIFICATE_POLICY", f"1.2.392.200149.8.5.1.{0 if DEMO else 1}.20")

if not DEMO:
    refuse_demo_trust(ANCHORS_DIR, CERTIFICATE_POLICY)
    refuse_demo_data_keys(env.str("DATA_KEYS"))

EXCHANGE: dict[str, Any] = {
    "zone": "portal",
    "pulled_by": ["relay"],
    "accepts_from": ["relay"],
    "sends_to": ["review"],
    "handlers": {"status": "portal.statuses.receive_status"},
}
CELERY_BEAT_SCHEDULE = {
    "watch": {"task": "exchange.tasks.watch", "schedule": timedelta(minutes=1)},
    "clean-up": {"task": "exchange.tasks.clean_up", "schedule": timedelta(minutes=10)},
    "process-inbox": {"task": "exchange.tasks.process_inbox", "schedule": timedelta(seconds=2)},
    "tell-of-failures": {
        "task": "portal.tasks.tell_of_failures",
        "schedule": timedelta(minutes=10),
    },
    "warn-of-erasure": {
        "task": "portal.tasks.warn_of_erasure",
        "schedule": crontab(hour=3, minute=10),
    },
    "purge": {"task": "portal.tasks.purge", "schedule": crontab(hour=3, minute=30)},
    "scan-papers": {"task": "portal.tasks.scan_papers", "schedule": timedelta(seconds=20)},
    "remind": {"task": "portal.tasks.remind", "schedule": timedelta(hours=1)},
    "send-notices": {"task": "portal.tasks.send_notices", "schedule": timedelta(seconds=10)},
    "send-account-mails": {
        "task": "portal.tasks.send_account_mails",
        "schedule": timedelta(seconds=10),
    },
}
