"""What an erasure leaves in older backups (バックアップに残るもの), and until when.

A backup is the whole database, sealed to a key that is kept elsewhere. Whoever holds that key and
restores a backup from before an erasure reads its rows again; not what was sealed under the key of
a year that is destroyed. The certificate says both, and on which day the last such backup ends.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from config import backup_places
from review import year_keys
from review.retention.models import Erasure
from review.retention.periods import Period, load_periods
from review.sealed_fields import sealed_fields

KIND = "backups"
# What these hold of a person is sealed under the key of their year: filings as they came or were
# typed, names of papers, the files that 資料 came in, and every table that has a sealed column.
SEALED = {"cases.Original", "paper.PaperEntry", "attachments.Paper", "sources.ArrivalPart"}


def sealed_models() -> set[str]:
    """Return the models of whose rows a backup holds no more than what stands in the open."""
    return SEALED | {model._meta.label for model, _column in sealed_fields()}


def left_there(certificate: Erasure, *, now: datetime) -> dict[str, Any]:
    """Return what a certificate says of older backups.

    {"days", "until": when the last of them ends, or None where no period is set;
     "places": where they lie, as the settings name it;
    "readable": rows by model that open again; "sealed": rows by model whose contents are sealed;
    "open_years": years whose key is kept for something else, so that their contents open, too}
    """
    period = load_periods().get(KIND)
    last = period.last_day_after(timezone.localdate(now)) if period else None
    rows = certificate.rows
    years = certificate.run.years if certificate.run else []
    closed = sealed_models()
    sealed = {label: count for label, count in rows.items() if label in closed}
    return {
        "days": period.amount if period else None,
        "until": last.isoformat() if last else None,
        "places": [place.written() for place in backup_places.named()],
        "readable": {label: count for label, count in rows.items() if label not in closed},
        "sealed": sealed,
        "open_years": [year for year in years if year_keys.files(year)] if sealed else [],
    }


def is_kept_otherwise(periods: dict[str, Period]) -> bool:
    """Tell whether the program keeps backups for another number of days than the schedule says."""
    period = periods.get(KIND)
    return period is not None and period.amount != settings.BACKUPS_KEPT_DAYS
