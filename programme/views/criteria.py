from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from programme.access import reads_versions
from programme.domain import examples
from programme.models import CriteriaVersion, Line


@require_safe
def criteria(request: HttpRequest) -> HttpResponse:
    """Show everybody how a proposal is judged: the criteria, the scale, the rule and the results per line."""
    version = CriteriaVersion.objects.with_content().in_force()
    found = version.criteria.all() if version else ()
    context = {
        "version": version,
        "criteria": found,
        "examples": examples.for_criteria(found),
        "scale": version.scale.all() if version else (),
        "reads_versions": reads_versions(request.user),
        "lines": Line.objects.for_criteria_page(),
    }
    return render(request, "programme/criteria.html", context)
