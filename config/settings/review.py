"""The internal zone: 申請管理, 突合, 賦課, 操作記録, 保存・消去. Reached by staff only."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from config.keyring import Keyring
from config.settings.base import *  # noqa: F403
from config.settings.base import SHARED_APPS, SITE_APPS, SITE_MIDDLEWARE, hardened
from config.settings.environment import env, secret, zone_settings
from config.settings.peers import mutual_tls, peer_address
from config.settings.safety import refuse_demo_data_keys, refuse_demo_trust

globals().update(zone_settings("review"))
DEMO = env.bool("DEMO", False)
globals().update(hardened(https=not DEMO))

ROOT_URLCONF = "review.urls"
INSTALLED_APPS = [
    *SHARED_APPS,
    *SITE_APPS,
    "django_otp",
    "review",
    "review.staff",
    "review.audit",
    "review.addressees",
    "review.cases",
    "review.evidence",
    "review.paper",
    "review.agency",
    "review.attachments",
    "review.reconcile",
    "review.revocation",
    "review.assessment",
    "review.levy",
    "review.recipients",
    "review.notices",
    "review.letters",
    "review.mailing",
    "review.annex2",
    "review.sources",
    "review.taxfiles",
    "review.euc",
    "review.images",
    "review.forwarding",
    "review.retention",
    "review.rights",
    "review.transfers",
    "review.intermediate",
    "review.incidents",
]
# Staff work in Japanese, and what a member of staff does is told to residents in Japanese: the
# language that a browser asks for must not reach either.
MIDDLEWARE = [
    *(name for name in SITE_MIDDLEWARE if not name.endswith(".LocaleMiddleware")),
    "django_otp.middleware.OTPMiddleware",
    "review.staff.middleware.VerifiedStaffMiddleware",
]
# What the application's database role may do here beside reading: the log and the originals are
# only ever added to, and an original goes only under a certificate of erasure.
RESTRICTED_TABLES = {
    "audit_auditevent": "SELECT, INSERT",
    "cases_original": "SELECT, INSERT, DELETE",
    "cases_originalbody": "SELECT, INSERT, DELETE",
}
AUTH_USER_MODEL = "staff.StaffMember"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "review.pages.csrf_failure"
SESSION_COOKIE_AGE = int(timedelta(minutes=15).total_seconds())
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_SAMESITE = "Strict"

# The name of this site for security keys (職員証): a host without port, as the browser shows it.
WEBAUTHN_RP_ID = env.str("WEBAUTHN_RP_ID", env.list("ALLOWED_HOSTS", ["localhost"])[0])
DATA_KEYRING = Keyring.parse(secret("DATA_KEYS", "id:base64 of 32 random bytes; seals 個人番号"))
INDEX_KEY = secret(
    "INDEX_KEY", "random text; 個人番号 is matched by a hash under this key"
).encode()
ANCHORS_DIR = secret("ANCHORS_DIR", "the folder of the trusted CA certificates")
CRLS_DIR = secret("CRLS_DIR", "the folder into which revocation lists arrive")
# How long after its nextUpdate a list still counts, and how long an unused old one is kept.
REVOCATION_GRACE_MINUTES = env.int("REVOCATION_GRACE_MINUTES", 0)
REVOCATION_UNUSED_KEPT_DAYS = env.int("REVOCATION_UNUSED_KEPT_DAYS", 31)
# Demo cards carry the policy of the test environment, so that none can pass in production.
CERTIFICATE_POLICY = env.str("CERTIFICATE_POLICY", f"1.2.392.200149.8.5.1.{0 if DEMO else 1}.20")

# A time-stamp authority (RFC 3161) for the evidence of verdicts; none where the address is empty.
# It has to be one that this zone may reach: an address outside is one more hole in the firewall.
TSA_URL = env.str("TSA_URL", "")
TSA_ANCHORS_DIR = env.str("TSA_ANCHORS_DIR", "")
TSA_POLICIES: list[str] = env.list("TSA_POLICIES", [])

# This zone's own virus scanner (clamd), asked before anybody may open a paper; see docs/running.md.
SCANNER_ADDRESS = env.str("SCANNER_ADDRESS", "tcp:127.0.0.1:3310")
SCANNER_SECONDS = env.float("SCANNER_SECONDS", 30.0)

if not DEMO:
    refuse_demo_trust(ANCHORS_DIR, CERTIFICATE_POLICY)
    refuse_demo_data_keys(env.str("DATA_KEYS"))

# Keys under which contractors seal what they typed (パンチデータ); none is taken where unset.
PUNCH_KEYRING = Keyring.parse(env.str("PUNCH_KEYS")) if env.str("PUNCH_KEYS", "") else None

# A file of invented people from whom a simulated 住基ネット answers, in demos and tests alone.
# Where unset, the office asks at its terminal and types in the number of the inquiry.
JUKI_NET_SIMULATOR = env.str("JUKI_NET_SIMULATOR", "")
if JUKI_NET_SIMULATOR and not DEMO:
    raise ImproperlyConfigured("JUKI_NET_SIMULATOR is for demos: unset it, or set DEMO")

# Whether a simulated 中間サーバー answers, in demos and tests alone. No live link is built.
INTERMEDIARY_SIMULATED = env.bool("INTERMEDIARY_SIMULATED", DEMO)
if INTERMEDIARY_SIMULATED and not DEMO:
    raise ImproperlyConfigured("INTERMEDIARY_SIMULATED is for demos: unset it, or set DEMO")

# The folder from which the linkage system (庁内連携システム) takes files; none where unset.
LINK_DIR = env.str("LINK_DIR", "")

RELAY = peer_address("RELAY_EXCHANGE_URL", "the relay's endpoint")
# Erasure: a second person approves and a waiting period passes, but for the demo's own data.
RETENTION_APPROVAL = env.bool("RETENTION_APPROVAL", not DEMO)
RETENTION_WAITING_DAYS = env.int("RETENTION_WAITING_DAYS", 0 if DEMO else 7)
RETENTION_LOOK_AHEAD_DAYS = env.int("RETENTION_LOOK_AHEAD_DAYS", 36_500 if DEMO else 31)
# Data keys of the years, apart from the database and its backups: erasing a year destroys its own.
YEAR_KEYS_DIR = secret("YEAR_KEYS_DIR", "a folder for the data keys of the years; see docs/keys.md")
RESTORE_CHECKS = [
    "review.retention.restored.audit_chain",
    "review.retention.restored.erased_years",
]
# The folder of the terminal of 中間サーバー; nothing is told to it where unset.
INTERMEDIATE_DIR = env.str("INTERMEDIATE_DIR", "")
# Where print files wait for the contractor: erased with their rows.
PRINT_DIR = env.str("PRINT_DIR", "")
# Where an upload waits until its request ends, searched by the proof of absence: not the system's
# folder, where other programs lay theirs.
FILE_UPLOAD_TEMP_DIR = secret("UPLOAD_DIR", "a folder of this zone's own, better in memory")
# The outside-storage file of what is erased, under keys of its own; none is kept where unset.
ARCHIVE_DIR = env.str("ARCHIVE_DIR", "")
ARCHIVE_KEYRING = Keyring.parse(env.str("ARCHIVE_KEYS")) if ARCHIVE_DIR else None

EXCHANGE: dict[str, Any] = {
    "zone": "review",
    # The only address this zone ever opens a connection to.
    "pulls_from": {"relay": RELAY},
    "pushes_to": {"relay": RELAY},
    "tls": mutual_tls(),
    "sends_to": ["portal"],
    "compares": True,
    "handlers": {
        "submission": "review.cases.intake.receive_submission",
        "withdrawal": "review.cases.inward.receive_withdrawal",
    },
}
CELERY_BEAT_SCHEDULE = {
    "pull": {"task": "exchange.tasks.pull_all", "schedule": timedelta(seconds=1)},
    "push": {"task": "exchange.tasks.push_all", "schedule": timedelta(seconds=1)},
    "watch": {"task": "exchange.tasks.watch", "schedule": timedelta(minutes=1)},
    "compare-zones": {
        "task": "exchange.tasks.compare_zones",
        "schedule": crontab(hour=5, minute=30),
    },
    "retention-list": {
        "task": "review.retention.tasks.propose_monthly",
        "schedule": crontab(day_of_month="1", hour=6, minute=0),
    },
    "retention-run": {
        "task": "review.retention.tasks.carry_out_due",
        "schedule": timedelta(minutes=10),
    },
    "retention-watch": {
        "task": "review.retention.tasks.watch",
        "schedule": crontab(hour=6, minute=30),
    },
    "intermediate": {
        "task": "review.intermediate.tasks.exchange_files",
        "schedule": timedelta(minutes=10),
    },
    "forget-ended": {
        "task": "review.retention.tasks.forget_ended",
        "schedule": crontab(hour=4, minute=0),
    },
    "watch-log": {"task": "review.audit.tasks.watch", "schedule": crontab(hour=3, minute=0)},
    "nightly": {"task": "review.cases.tasks.nightly", "schedule": crontab(hour=4, minute=30)},
    "clean-up": {"task": "exchange.tasks.clean_up", "schedule": timedelta(minutes=10)},
    "process-inbox": {"task": "exchange.tasks.process_inbox", "schedule": timedelta(seconds=2)},
    "import-lists": {
        "task": "review.revocation.tasks.import_arrived",
        "schedule": timedelta(minutes=1),
    },
    "forget-lists": {
        "task": "review.cases.tasks.forget_lists",
        "schedule": crontab(hour=4, minute=10),
    },
    "forget-evidence": {
        "task": "review.evidence.tasks.forget_unused",
        "schedule": crontab(hour=4, minute=5),
    },
    "year-run": {"task": "review.levy.tasks.work", "schedule": timedelta(seconds=10)},
    "stop-pensions": {
        "task": "review.levy.tasks.stop_pensions",
        "schedule": crontab(hour=3, minute=50),
    },
    "leave-to-others": {
        "task": "review.levy.tasks.leave_to_others",
        "schedule": crontab(hour=3, minute=55),
    },
    "make-notices": {"task": "review.notices.tasks.work", "schedule": timedelta(seconds=10)},
    "watch-notices": {
        "task": "review.notices.tasks.watch",
        "schedule": crontab(hour=6, minute=40),
    },
    "stamp-evidence": {
        "task": "review.evidence.tasks.stamp_due",
        "schedule": timedelta(minutes=1),
    },
    "watch-register": {
        "task": "review.addressees.tasks.watch",
        "schedule": crontab(hour=4, minute=50),
    },
    "import-sources": {
        "task": "review.sources.tasks.import_waiting",
        "schedule": timedelta(seconds=10),
    },
    "link-sources": {
        "task": "review.sources.tasks.link_again",
        "schedule": crontab(hour=3, minute=30),
    },
    "end-sessions": {
        "task": "review.staff.tasks.end_expired",
        "schedule": timedelta(minutes=1),
    },
    "link-files": {
        "task": "review.transfers.tasks.make_waiting",
        "schedule": timedelta(seconds=10),
    },
    "scan-papers": {
        "task": "review.attachments.tasks.scan_waiting",
        "schedule": timedelta(seconds=20),
    },
    "process-cases": {"task": "review.cases.tasks.process_due", "schedule": timedelta(seconds=3)},
}
