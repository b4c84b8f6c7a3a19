"""The demo never enters a real fund; that it tells its story is seen in tests/browser."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from talentfund.demo.people import DOMAIN


def test_the_demo_with_its_known_password_refuses_to_load_when_debug_is_off(blank, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo")
    assert not User.objects.exists()


def test_the_demo_refuses_a_database_in_which_people_exist(cast, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="not empty"):
        call_command("demo")
    assert not User.objects.filter(email__endswith=DOMAIN).exists()


def test_a_second_start_only_says_who_signs_in(cast, settings, capsys):
    settings.DEBUG = True
    call_command("demo", "--if-empty")
    assert "council@demo.example" in capsys.readouterr().out
    assert not User.objects.filter(email__endswith=DOMAIN).exists()
