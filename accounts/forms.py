"""Forms of people and organisations."""

from django import forms


class SignupForm(forms.Form):
    """What registering asks beside the e-mail address and password."""

    def signup(self, request, user):  # type: ignore[no-untyped-def]
        """Keep it."""
