"""Pages for everybody: landing, "do I need to file?", health."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from filing.calendar import filing_deadline
from portal import checker, years
from portal.interview.base import fill


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    year = years.default_year(today)
    deadline = filing_deadline(year)
    words = {
        "deadline": deadline,
        "days_left": (deadline - today).days,
        **years.words_for(year),
    }
    return render(request, "portal/landing.html", words)


@require_safe
def check_duty(request: HttpRequest) -> HttpResponse:
    """Ask one question at a time; the answers travel in the address, nothing is stored."""
    tax_year = years.default_year(timezone.localdate())
    answers = checker.clean(request.GET)
    question = checker.next_question(answers)
    words = years.words_for(tax_year)
    verdict = None if question else checker.verdict(answers)
    # The form came back without an answer to the question that it asked.
    asked = question is not None and request.GET.get("asked") == question.code
    context = {
        "answers": answers,
        "form": checker.QuestionForm(question, words=words, asked=asked) if question else None,
        "question": question,
        "number": len(answers) + 1,
        "verdict": verdict,
        "title": fill(verdict.title, words) if verdict else "",
    }
    return render(request, "portal/checker.html", context)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say whether the site can serve: it answers, and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "zone": "portal"})
