"""Kinds of income (収入の種類) and the block of the form in which each is written."""

GROUP_OF_KIND = {
    "salary": "salaries",
    "pension": "pensions",
    "misc": "misc",
    "business": "business",
    "farm": "farm",
    "real_estate": "real_estate",
    "interest": "interest",
    "dividends": "dividends",
    "occasional": "occasional",
    "transfer": "transfers",
    "land": "land",
    "shares": "shares",
    "futures": "futures",
    "forestry": "forestry",
}
KIND_OF_GROUP = {group: kind for kind, group in GROUP_OF_KIND.items()}
TRADES = ("business", "farm", "real_estate")
# 青色申告特別控除 by the books that are kept (租税特別措置法25条の2).
BLUE_DEDUCTION = {"white": 0, "blue_10": 100_000, "blue_55": 550_000, "blue_65": 650_000}
# Those that real estate below 事業的規模 does not open by itself (同条3項), and what it opens.
LARGE_BLUE = ("blue_55", "blue_65")
SMALL_SCALE = "blue_10"
# What stands in a trade's record beside its costs; land_interest is a part of one of them.
NOT_A_COST = ("description", "place", "revenue", "books", "business_scale", "land_interest")
