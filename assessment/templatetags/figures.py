"""How the team's figures are written."""

from django import template

from assessment.domain.charts import signed

register = template.Library()
register.filter("signed", signed)
