"""住宅借入金等特別控除 by 年末調整: what the boxes of the 源泉徴収票 say of it."""


def housing_of_slip(
    *, possible: int, credited: int, income: int, deductions: int
) -> dict[str, int]:
    """Return the credit (可能額), 課税される所得金額 and the income tax before the credit (税額).

    `credited` is 住宅借入金等特別控除の額, `income` 給与所得控除後の金額 and `deductions`
    所得控除の額の合計額. No box bears the income tax before the credit (地方税法附則5条の4の2):
    where all of the credit was taken it was at least that; else it is exactly what was taken.
    """
    return {
        "credit": possible,
        "income_tax_taxable": max(income - deductions, 0) // 1_000 * 1_000,
        "income_tax_before_credit": min(possible, credited),
    }
