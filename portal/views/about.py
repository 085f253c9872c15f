"""Pages that explain: help, glossary, accessibility, privacy, and the search of procedures."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from filing.calendar import filing_deadline
from portal import examined, glossary, procedures, purpose, years


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    year = years.default_year(timezone.localdate())
    words = {"deadline": filing_deadline(year), "tax_year_title": years.title_of(year)}
    return render(request, "portal/help.html", words)


@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/glossary.html", {"entries": glossary.ENTRIES})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what was aimed at, how it is examined, and what the last examination found."""
    found = {"axe": examined.load()["axe"], "examinations": examined.examinations()}
    return render(request, "portal/accessibility.html", found)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is held, why, until when, and who may see it; the periods are the settings'."""
    words = {
        "purpose": purpose.TEXT,
        "draft_days": settings.DRAFT_KEPT.days,
        "filing_years": settings.SUBMISSION_KEPT_YEARS,
        "mail_days": settings.NOTICES_KEPT.days,
        "event_years": settings.EVENTS_KEPT_YEARS,
        "session_minutes": int(settings.SESSION_SURE.total_seconds()) // 60,
    }
    return render(request, "portal/privacy.html", words)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find procedures by everyday words; the question stands in the address."""
    asked = request.GET.get("q", "")[: procedures.MAX_QUESTION]
    words = {"asked": asked, "found": procedures.find(asked), "every": procedures.ENTRIES}
    return render(request, "portal/search.html", words)
