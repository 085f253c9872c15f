"""Numbers of the register (宛名番号, 法人番号, 統合宛名番号) and their check digits."""

import re

_CORPORATE = re.compile(r"[0-9]{13}")


def corporate_number_is_valid(number: str) -> bool:
    """Tell whether thirteen digits can be a corporate number (法人番号).

    The first is the check digit: 9 less the rest by 9 of the others, counted from the right with
    weights 1 and 2 in turn (法人番号の指定等に関する省令2条). Zeros alone are refused.
    """
    if not _CORPORATE.fullmatch(number) or number[1:] == "0" * 12:
        return False
    places = enumerate(reversed(number[1:]), start=1)
    weighted = sum(int(digit) * (1 if place % 2 else 2) for place, digit in places)
    return int(number[0]) == 9 - weighted % 9
