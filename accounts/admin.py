"""The administration of people and roles, and what every administration page here has in common."""

from typing import Any, ClassVar

from allauth.account.admin import EmailAddress
from allauth.account.decorators import secure_admin_login
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth import admin as _groups  # noqa: F401  (registers what is unregistered below)
from django.contrib.auth.models import AnonymousUser, Group
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest

from accounts.domain import people
from accounts.models import RoleHolding, User
from accounts.states import Role

# One way in: with the second factor and the limits that the sign-in page has.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# What says who somebody is belongs to that person, and rights come from roles: none of it is edited by hand here.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, Group])
admin.site.enable_nav_sidebar = False


def is_administrator(user: User | AnonymousUser) -> bool:
    """Tell whether a person may open the administration."""
    return isinstance(user, User) and user.is_active and user.holds(Role.ADMINISTRATOR)


class ForAdministrators:
    """Opens a page of the administration for the role of administrator, whatever Django's own permissions say."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request.user)


class OnlyToLookAt(ForAdministrators):
    """Shows what the rules of the product decide about: money, calls, criteria. Nobody changes it here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RoleInline(ForAdministrators, admin.StackedInline[RoleHolding, User]):
    """The roles of a person: given and taken, never changed into another."""

    model = RoleHolding
    extra = 1

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ForAdministrators, admin.ModelAdmin[User]):
    """People. A person gets a password by asking for a new one; nobody else ever knows it."""

    list_display = ("full_name", "email", "is_active", "last_login")
    list_filter = ("role_holdings__role", "is_active")
    search_fields = ("full_name", "email")
    ordering = ("full_name",)
    fields = ("full_name", "email", "language", "is_active")
    inlines: ClassVar = [RoleInline]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # the trail refers to people; who leaves is made inactive

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:  # noqa: FBT001
        by = request.user
        assert isinstance(by, User)  # noqa: S101  (the site lets only people in)
        if change:
            people.change(user=obj, changes={name: form.cleaned_data[name] for name in form.changed_data}, by=by)
        else:
            obj.email = obj.email.lower()
            obj.set_unusable_password()
            people.register(user=obj, by=by)

    def save_formset(
        self,
        request: HttpRequest,
        form: ModelForm[User],
        formset: BaseModelFormSet[Any, Any],
        change: bool,  # noqa: FBT001
    ) -> None:
        by = request.user
        assert isinstance(by, User)  # noqa: S101  (the site lets only people in)
        holdings = formset.save(commit=False)
        for holding in formset.deleted_objects:
            people.take_role(user=form.instance, role=Role(holding.role), by=by)
        for holding in holdings:
            people.give_role(user=form.instance, role=Role(holding.role), by=by)
