"""What Django and allauth say, in our own words."""

import re
from pathlib import Path

import allauth
import django
import polib
import pytest
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.forms import CharField, DateField, ValidationError
from django.utils import translation

from core import words

OTHERS = [
    *Path(django.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po"),
    *Path(allauth.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po"),
]
OURS = Path(settings.BASE_DIR, "locale", "nl", "LC_MESSAGES", "django.po")


def counted() -> list[str]:
    """Return the singular of each sentence with a number."""
    return re.findall(r'ngettext_lazy\(\s*"(.*)",', Path(words.__file__).read_text(encoding="utf-8"))


def test_every_sentence_is_still_one_of_django_or_allauth():
    said = {entry.msgid for path in OTHERS for entry in polib.pofile(str(path))}
    assert len(counted()) == len(words.COUNTED)
    assert {*words.SENTENCES, *counted()} - said == set()


def test_our_dutch_wins_and_is_said_to_je():
    ours = {entry.msgid: entry.msgstr for entry in polib.pofile(str(OURS))}
    with translation.override("nl"):
        for sentence in words.SENTENCES:
            assert translation.gettext(sentence) == ours[sentence]
            assert not re.search(r"\b[Uu]w?\b", ours[sentence])


def test_a_password_is_asked_for_plainly():
    with translation.override("nl"):
        texts = " ".join(map(str, password_validators_help_texts()))
    assert "minstens 12 tekens" in texts
    assert not re.search(r"\b[Uu]w?\b", texts)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        (DateField(), "morgen", "Vul een datum in, bijvoorbeeld 21-11-2026."),
        (DateField(), "", "Vul dit in."),
        (CharField(max_length=3), "vier", "Dit mag hoogstens 3 tekens lang zijn. Nu zijn het er 4."),
    ],
)
def test_a_field_says_what_to_do(field, typed, told):
    with translation.override("nl"), pytest.raises(ValidationError) as refused:
        field.clean(typed)
    with translation.override("nl"):
        assert list(refused.value.messages) == [told]
