"""課税の基礎となる事実: what is known about a resident, or a column of residents.

Each field is an integer for one resident, or an int64 array with one entry a resident; fields that
nobody uses stay the plain integer 0. Amounts are yen of the income year; ages are those on its last
day, of whom died in it those on that day. Codes: disability 0 none, 1 general, 2 special,
3 special and living together (同居特別障害者).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from tax.amounts import Column

NO_DISABILITY, GENERAL, SPECIAL, SPECIAL_CO = range(4)
NO_WIDOW, WIDOW, DIVORCED = range(3)
NO_SINGLE_PARENT, MOTHER, FATHER = range(3)
#: How the home stands abroad (国外居住): at home; abroad without or with 留学 or 38万円以上の送金;
#: abroad without 親族関係書類・送金関係書類.
AT_HOME, ABROAD, ABROAD_SUPPORTED, ABROAD_UNDOCUMENTED = range(4)
#: Whose child (ひとり親の子): unknown, the taxpayer's child, somebody else.
UNKNOWN_RELATION, CHILD, NOT_CHILD = range(3)


@dataclass(slots=True)
class Relative:
    """親族: one relative other than the spouse, or a flat column of all residents' relatives."""

    age: Column = 0
    total_income: Column = 0
    disability: Column = NO_DISABILITY
    cohabiting_parent: Column = False
    abroad: Column = AT_HOME
    family_employee: Column = False
    relation: Column = UNKNOWN_RELATION
    #: 数えない親族: dead before the income year, not yet born in it, or denied (否認).
    excluded: Column = False


@dataclass(slots=True)
class RelativeColumns:
    """親族の列: resident i's relatives are the entries offsets[i] to offsets[i + 1]."""

    offsets: Column
    people: Relative


@dataclass(slots=True)
class Facts:
    """One resident's facts (or columns of them)."""

    age: Column = 40
    # 収入と所得
    salary: Column = 0
    specific_expenses: Column = 0
    specific_costs: Column = 0
    specific_work_needs: Column = 0
    public_pension: Column = 0
    business_revenue: Column = 0
    business_expenses: Column = 0
    business_family_employee: Column = 0
    business_blue_deduction: Column = 0
    business_white_spouse: Column = 0
    business_white_others: Column = 0
    farm_revenue: Column = 0
    farm_expenses: Column = 0
    farm_family_employee: Column = 0
    farm_blue_deduction: Column = 0
    farm_white_spouse: Column = 0
    farm_white_others: Column = 0
    real_estate_revenue: Column = 0
    real_estate_expenses: Column = 0
    real_estate_family_employee: Column = 0
    real_estate_blue_deduction: Column = 0
    real_estate_white_spouse: Column = 0
    real_estate_white_others: Column = 0
    misc_business_revenue: Column = 0
    misc_business_expenses: Column = 0
    misc_other_revenue: Column = 0
    misc_other_expenses: Column = 0
    home_worker: Column = False
    occasional_revenue: Column = 0
    occasional_expenses: Column = 0
    transfer_short_revenue: Column = 0
    transfer_short_expenses: Column = 0
    transfer_long_revenue: Column = 0
    transfer_long_expenses: Column = 0
    other_total_income: Column = 0
    dividends: Column = 0
    dividends_trust: Column = 0
    dividends_foreign_trust: Column = 0
    dividends_interest_paid: Column = 0
    # 分離課税
    land_short: Column = 0
    land_short_special_deduction: Column = 0
    land_short_public: Column = 0
    land_short_public_special_deduction: Column = 0
    land_long: Column = 0
    land_long_special_deduction: Column = 0
    land_long_superior: Column = 0
    land_long_superior_special_deduction: Column = 0
    land_long_residence: Column = 0
    land_long_residence_special_deduction: Column = 0
    listed_div: Column = 0
    stock: Column = 0
    stock_loss: Column = 0
    stock_general: Column = 0
    futures: Column = 0
    forestry: Column = 0
    forestry_loss: Column = 0
    loss_carryforward: Column = 0
    casualty_loss_carryforward: Column = 0
    stock_loss_carryforward: Column = 0
    futures_loss_carryforward: Column = 0
    # 控除
    social_insurance: Column = 0
    small_mutual_aid: Column = 0
    life_new_general: Column = 0
    life_old_general: Column = 0
    life_care: Column = 0
    life_new_pension: Column = 0
    life_old_pension: Column = 0
    earthquake: Column = 0
    old_long_insurance: Column = 0
    medical_paid: Column = 0
    medical_reimbursed: Column = 0
    self_medication: Column = 0
    casualty_deduction: Column = 0
    casualty_net_loss: Column = 0
    casualty_disaster_cost: Column = 0
    # 家族と本人
    has_spouse: Column = False
    spouse_age: Column = 40
    spouse_income: Column = 0
    spouse_disability: Column = NO_DISABILITY
    spouse_abroad: Column = AT_HOME
    spouse_family_employee: Column = False
    #: 年の中途で死亡した配偶者: counted as on that day, beside 寡婦 or ひとり親 on 31 December.
    spouse_died: Column = False
    relatives: Sequence[Relative] | RelativeColumns = field(default_factory=tuple)
    child_elsewhere: Column = False
    special_elsewhere: Column = False
    disability: Column = NO_DISABILITY
    widow: Column = NO_WIDOW
    single_parent: Column = NO_SINGLE_PARENT
    working_student: Column = False
    minor: Column = False
    livelihood_protection: Column = False
    house_only: Column = False
    # 税額控除
    furusato: Column = 0
    one_stop: Column = False
    donation_both: Column = 0
    donation_city: Column = 0
    donation_pref: Column = 0
    has_housing: Column = False
    housing_move_in_year: Column = 0
    housing_specified: Column = False
    housing_amount: Column = 0
    housing_income_tax_taxable: Column = 0
    housing_income_tax: Column = 0
    housing_basic_deduction: Column = 0
    foreign_tax_left: Column = 0
    foreign_tax_limit: Column = 0
    withheld_split: Column = 0

    @property
    def people(self) -> Sequence[Relative]:
        """One resident's relatives, one by one."""
        if isinstance(self.relatives, RelativeColumns):
            raise TypeError("columns of residents have no single list of relatives")
        return self.relatives


#: The names of the resident's own fields, in order.
FIELDS = tuple(item.name for item in fields(Facts) if item.name != "relatives")
#: The names of a relative's fields, in order.
RELATIVE_FIELDS = tuple(item.name for item in fields(Relative))
