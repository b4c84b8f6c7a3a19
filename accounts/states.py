"""Choices of people and organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does for the fund, beside being a partner. One person may hold several.

    The lead of a programme line (regisseur) is not here: it is held for a line, see `programme.LineLead`.
    """

    ASSESSOR = "assessor", _("Assessor")
    PROGRAMME_MANAGER = "programme_manager", _("Programme manager")
    FINANCIAL_ADVISER = "financial_adviser", _("Financial adviser")
    COLLEGE = "college", _("College")
    COUNCIL = "council", _("Council")
    TALENT = "talent", _("Talent panel")
    ADMINISTRATOR = "administrator", _("Administrator")


class OrganisationKind(models.TextChoices):
    """The kinds of partner that the programme plan names."""

    COMPANY = "onderneming", _("Company")
    SCHOOL = "onderwijsinstelling", _("School, college or university")
    GOVERNMENT = "overheid", _("Government")
    SOCIAL = "maatschappelijke organisatie", _("Social organisation")
    CULTURAL = "culturele organisatie", _("Cultural organisation")
    RESIDENTS = "inwoners of talent", _("Residents or talent")


class MembershipRole(models.TextChoices):
    """What a person may do in an organisation."""

    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    READER = "reader", _("Reader")


class AccountEvent(models.TextChoices):
    """What the audit trail knows of people and organisations."""

    ORGANISATION_CREATED = "organisation.created"
    ORGANISATION_CHANGED = "organisation.changed"
    PERSON_REGISTERED = "person.registered"
    PERSON_CHANGED = "person.changed"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"
