from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.domain.questions import STEPS
from applications.models import Call
from core.domain import clock
from programme.models import Criterion, Line


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Show every question of the form beforehand, from the same list that the form is made of."""
    calls = list(Call.objects.open_at(clock.now()).prefetch_related("lines"))
    lines = Line.objects.prefetch_related("desired_results")
    criteria = Criterion.objects.filter(version__calls__in=calls).distinct() if calls else Criterion.objects.none()
    context = {"steps": STEPS, "calls": calls, "lines": lines, "criteria": criteria}
    return render(request, "applications/questions.html", context)
