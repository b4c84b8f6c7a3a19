"""Planning a meeting of the team, and noting who is there."""

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessment.domain import agendas, meetings
from assessment.forms.fields import long_text
from assessment.models import Meeting
from assessment.states import Presence
from core.domain import clock
from core.forms import DutchDateField, RequestKeyField

CAME = [(Presence.PRESENT.value, Presence.PRESENT.label), (Presence.ABSENT.value, Presence.ABSENT.label)]


class TimeOfDayField(forms.CharField):
    """A time typed as 10:00, 10.00 or 1000; cleans to a time."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "data-width": "short"}
        super().__init__(**{"widget": forms.TextInput(attrs=attributes), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, time) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        found = re.fullmatch(r"(\d{1,2})[:.]?(\d\d)", typed)
        try:
            return time(int(found[1]), int(found[2])) if found else self._refuse()
        except ValueError:
            return self._refuse()

    def _refuse(self) -> None:
        raise ValidationError(_("Fill in a time as hours and minutes, for example 10:00."))


class MeetingForm(forms.Form):
    """When and where the team meets, who presides, and who is asked to come."""

    request_key = RequestKeyField()
    day = DutchDateField(label=gettext_lazy("Date"))
    begins = TimeOfDayField(label=gettext_lazy("Time"), help_text=gettext_lazy("For example 10:00"))
    place = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("A room, or the address of an online meeting"),
    )

    def __init__(self, data: Any = None, *, by: User, meeting: Meeting | None = None) -> None:
        super().__init__(data, initial=self._start(by, meeting))
        self.fields["chair"] = forms.ModelChoiceField(
            label=_("Chair"), queryset=meetings.chairs(), empty_label=None, widget=forms.RadioSelect
        )
        self.fields["invited"] = forms.ModelMultipleChoiceField(
            label=_("Who is asked to come?"),
            queryset=meetings.team(),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose who is asked to come.")},
        )

    @staticmethod
    def _start(by: User, meeting: Meeting | None) -> dict[str, Any]:
        if meeting is None:
            return {"chair": by.pk, "invited": list(meetings.team().values_list("pk", flat=True)), "begins": time(10)}
        moment = meeting.starts_at.astimezone(clock.AMSTERDAM)
        return {
            "day": moment.date(),
            "begins": moment.time(),
            "place": meeting.place,
            "chair": meeting.chair_id,
            "invited": list(meeting.attendance.values_list("person", flat=True)),
        }

    def content(self) -> dict[str, Any]:
        """Return what `plan` and `change` take."""
        data = self.cleaned_data
        return {
            "starts_at": datetime.combine(data["day"], data["begins"], tzinfo=clock.AMSTERDAM),
            "place": data["place"],
            "chair": data["chair"],
            "invited": data["invited"],
        }


class AttendanceForm(forms.Form):
    """Of everybody who was asked: present or absent; of the rest of the team who came all the same."""

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        super().__init__(data)
        rows = meeting.attendance.select_related("person")
        self.asked = {row.person_id: row for row in rows}
        self.people = [row.person for row in self.asked.values()]
        for row in self.asked.values():
            self.fields[f"person_{row.person_id}"] = forms.ChoiceField(
                label=row.person.full_name,
                choices=CAME,
                initial="" if row.presence == Presence.INVITED else row.presence,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose present or absent.")},
            )
        self.fields["others"] = forms.ModelMultipleChoiceField(
            label=_("Who was not asked and came all the same?"),
            queryset=meetings.team().exclude(pk__in=self.asked),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def asked_fields(self) -> Iterable[forms.BoundField]:
        """The questions about those who were asked."""
        return [self[f"person_{pk}"] for pk in self.asked]

    @property
    def others_field(self) -> forms.BoundField | None:
        """The question about the rest of the team; None when everybody was asked."""
        field = self.fields["others"]
        return self["others"] if field.queryset.exists() else None  # type: ignore[attr-defined]

    def came(self, presence: Presence) -> list[User]:
        """Return who was present, or absent."""
        others = list(self.cleaned_data["others"]) if presence == Presence.PRESENT else []
        return [one for one in self.people if self.cleaned_data[f"person_{one.pk}"] == presence] + others


class PostponeForm(forms.Form):
    """Why an item is left for another time, and for which meeting."""

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = long_text(_("Why is it left for another time?"), limit=1000, required=True)
        self.fields["to"] = forms.ModelChoiceField(
            label=_("Put it on the agenda of"),
            queryset=agendas.coming_meetings(besides=meeting),
            required=False,
            empty_label=_("No meeting yet"),
        )
