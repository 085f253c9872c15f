"""The calendar file (予定表): the days on which the filer is to pay tax by hand (普通徴収)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from config.context import load_municipality_file
from config.templatetags.design import html_language
from config.translations.said import say
from filing.calendar import assessment_date, next_business_day
from portal import years


def pay_dates(tax_year: str) -> list[date]:
    """Return the last day of each instalment (納期限) of the year's 普通徴収."""
    first = assessment_date(tax_year).year
    terms = load_municipality_file(settings.MUNICIPALITY_FILE)["collection"]["ordinary_terms"]
    days, last_month = [], 0
    for term in terms:
        month, day = (int(part) for part in term.split("-"))
        # A month before the one that went before lies in the next year.
        first, last_month = first + (month < last_month), month
        days.append(next_business_day(date(first, month, day)))
    return days


def calendar_of(tax_year: str, due: list[date], *, address: str, now: datetime) -> bytes:
    """Return an iCalendar file of the days on which tax is due; nothing in it tells an amount."""
    city = say(load_municipality_file(settings.MUNICIPALITY_FILE)["name"])
    words = {"city": city, "year": years.title_of(tax_year)}
    calendar: Any = Calendar()
    calendar.add("prodid", f"-//{city}//resident tax return//{html_language().upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, day in enumerate(pay_dates(tax_year), start=1):
        if day in due:
            title = _("%(city)s 住民税(%(year)s)第%(n)s期の納期限") % (words | {"n": number})
            calendar.add_component(_entry(f"term-{number}-{tax_year}", day, title, address, now))
    return bytes(calendar.to_ical())


def _entry(uid: str, day: date, title: str, address: str, now: datetime) -> Any:
    event: Any = Event()
    event.add("uid", f"{uid}@resident-tax")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add(
        "description",
        _(
            "自分で納める分(普通徴収)の日です。目安です。6月の通知書で、日と金額を確かめてください。"
        ),
    )
    event.add("url", address)
    alarm: Any = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(days=-7))
    event.add_component(alarm)
    return event
