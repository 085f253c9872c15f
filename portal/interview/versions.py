"""Versions of the interview's form (様式の版), and how older answers are carried over.

Answers name the version that they were typed in, in drafts and in filed copies alike. They are
carried over whenever they are read, so that a draft goes on where it was left and a filed copy
stays what was filed. Every change that old answers would not survive gets a step here and frozen
answers under tests/portal/drafts.
"""

from collections.abc import Callable
from typing import Any

Content = dict[str, Any]

# Changed whenever a page, a field or its meaning changes so that older answers need a step.
FORM_VERSION = "2027-04"
# Answers from before the content named its version itself.
FIRST_VERSION = "2026-11"
# Where a draft holds the entry that its last change took out, see services/removing.py.
REMOVED = "removed"
# Where a submission holds the return itself as it was signed, see copies/filed.py. It is in the
# form's own words, and nothing is carried over there.
FILED = "filed"


def carried_over(content: Content) -> Content:
    """Return the answers in the words of FORM_VERSION; the ones given stay as they are.

    Erased content stays empty. Raises ValueError for a version that nobody knows: answers that
    cannot be understood must not be filed.
    """
    if "data" not in content:
        return content
    version = content.get("form", FIRST_VERSION)
    while version != FORM_VERSION:
        if version not in STEPS:
            raise ValueError(f"no way from form version {version} to {FORM_VERSION}")
        version, step = STEPS[version]
        content = step(content) | {"form": version}
        # What was taken out is in the older words: it stays out.
        content.pop(REMOVED, None)
    return content


def _ask_where_they_live(content: Content) -> Content:
    """2026-12 asks where family members live who live elsewhere: 2026-11 did not.

    A person who was complete stays complete, without an address; the checks ask for it.
    """
    data = dict(content["data"])
    if "spouse" in data:
        data["spouse"] = _lives_without_address(data["spouse"])
    if "items" in data.get("relatives", {}):
        items = [_lives_without_address(item) for item in data["relatives"]["items"]]
        data["relatives"] = data["relatives"] | {"items": items}
    return content | {"data": data}


def _lives_without_address(person: dict[str, Any]) -> dict[str, Any]:
    new = {"apart": ["address"], "abroad": ["address", "papers"]}.get(person.get("living", ""), [])
    if not new or "living" not in person.get("_done", []):
        return person
    return person | {"_done": sorted({*person["_done"], *new})}


def _name_whom_they_file_for(content: Content) -> Content:
    """2027-01 knows agents: whoever answered before did so for themselves."""
    return content | {"principal": {}}


def _let_rents_stay_complete(content: Content) -> Content:
    """2027-02 asks of rents how large they are and what of a loss is for land: 2027-01 did not.

    Rents that were complete stay complete and say nothing of it; the checks ask.
    """
    data = content["data"]
    rents = data.get("real-estate", {})
    if "books" not in rents.get("_done", []):
        return content
    kept = rents | {"_done": sorted({*rents["_done"], "land-interest", "scale"})}
    return content | {"data": data | {"real-estate": kept}}


def _ask_about_slip_and_house(content: Content) -> Content:
    return _let_the_severely_disabled_stay_complete(_leave_contributions_as_typed(content))


def _leave_contributions_as_typed(content: Content) -> Content:
    """2027-03 asks for the slip's upper row, and for contributions that the slip does not have.

    2027-02 took both together (iDeCo): which part stands on the slip only its owner knows. Amounts
    stay as typed, in drafts and in what was filed; the checks ask.
    """
    return content


def _let_the_severely_disabled_stay_complete(content: Content) -> Content:
    """2027-03 asks whether a 特別障害者 of the household lives in the same house, or in a home.

    Who was complete stays so, as 同居特別障害者; the check page asks (portal/problems.py).
    """
    data = dict(content["data"])
    if "spouse" in data:
        data["spouse"] = _lives_in_the_house(data["spouse"])
    if "items" in data.get("relatives", {}):
        items = [_lives_in_the_house(item) for item in data["relatives"]["items"]]
        data["relatives"] = data["relatives"] | {"items": items}
    return content | {"data": data}


def _lives_in_the_house(person: dict[str, Any]) -> dict[str, Any]:
    severe = person.get("disability") == "special" and person.get("living") == "together"
    if not severe or "disability" not in person.get("_done", []):
        return person
    return person | {"_done": sorted({*person["_done"], "house"})}


def _let_spouses_apart_stay_complete(content: Content) -> Content:
    """2027-04 asks whether spouses who live apart have one household: 2027-03 did not.

    A spouse who was complete stays so and counts; the check page asks (portal/problems.py).
    """
    spouse = content["data"].get("spouse", {})
    if spouse.get("living") != "apart" or "living" not in spouse.get("_done", []):
        return content
    kept = spouse | {"_done": sorted({*spouse["_done"], "household"})}
    return content | {"data": content["data"] | {"spouse": kept}}


STEPS: dict[str, tuple[str, Callable[[Content], Content]]] = {
    "2026-11": ("2026-12", _ask_where_they_live),
    "2026-12": ("2027-01", _name_whom_they_file_for),
    "2027-01": ("2027-02", _let_rents_stay_complete),
    "2027-02": ("2027-03", _ask_about_slip_and_house),
    "2027-03": ("2027-04", _let_spouses_apart_stay_complete),
}
