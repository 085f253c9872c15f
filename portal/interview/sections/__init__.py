"""The interview's table: every section, its pages, and when each applies.

Adding a question means adding a page here and its form under `pages/`; its answer reaches the
return through the section's `block`, or through `payload.py`, which take nothing else.
"""

from django.utils.translation import gettext_lazy as _

from portal.interview.model import Section
from portal.interview.sections import (
    assets,
    basic,
    claims,
    deductions,
    family,
    finish,
    incomes,
    principal,
    rarely,
    trades,
)

GROUPS = [
    ("basic", _("基本情報")),
    ("income", _("収入")),
    ("deductions", _("控除")),
    ("family", _("家族")),
    ("finish", _("確認と署名")),
]

SECTIONS: tuple[Section, ...] = (
    principal.PRINCIPAL,
    basic.BASIC,
    rarely.HOUSE,
    incomes.INCOME,
    incomes.NO_INCOME,
    incomes.SALARIES,
    incomes.PENSIONS,
    incomes.MISC,
    trades.BUSINESS,
    trades.FARM,
    trades.REAL_ESTATE,
    trades.FAMILY_WORKERS,
    rarely.BUSINESS_TAX,
    trades.HOME_WORKER,
    assets.DIVIDENDS,
    assets.INTEREST,
    assets.OCCASIONAL,
    assets.TRANSFERS,
    assets.LAND,
    assets.SHARES,
    assets.FUTURES,
    assets.FORESTRY,
    deductions.SOCIAL,
    deductions.INSURANCE,
    deductions.LIFE_CERTIFICATES,
    deductions.EARTHQUAKE_CERTIFICATES,
    deductions.MEDICAL,
    claims.MORE,
    claims.DONATIONS,
    claims.MUTUAL_AID,
    claims.CASUALTY,
    claims.HOUSING,
    claims.LOSSES,
    rarely.SPECIFIC_EXPENSES,
    rarely.FOREIGN_TAX,
    family.SPOUSE,
    family.RELATIVES,
    family.PERSONAL,
    finish.COLLECTION,
)
BY_CODE = {section.code: section for section in SECTIONS}
