"""The five questions whether an idea fits."""

from typing import Any

from django import forms

from applications.domain import idea_check
from applications.domain.idea_check import IdeaQuestion
from applications.forms.steps import plain_helper


class IdeaForm(forms.Form):
    """One choice for each question; all five are needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in idea_check.QUESTIONS:
            self.fields[question.name] = forms.ChoiceField(
                label=question.label,
                help_text=question.help or "",
                choices=_choices_of(question),
                widget=forms.RadioSelect,
            )
        self.helper = plain_helper()


def _choices_of(question: IdeaQuestion) -> list[tuple[str, Any]]:
    if question is idea_check.RESULT:
        return list(idea_check.line_choices())
    return [(option.value, option.label) for option in question.options]
