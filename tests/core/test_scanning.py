"""The virus scanner: what it says, and that its silence is never “clean”."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from core.domain import scanning
from core.domain.scanning import Outcome
from core.errors import FileInfected, ScannerSilent
from core.forms import refuse_malware
from tests.core.clamd import EICAR, clamd, unused_port

ROOT = Path(__file__).resolve().parents[2]


def test_a_file_without_malware_is_clean(settings):
    with clamd(settings) as scanner:
        assert scanning.scan(b"begroting") == (Outcome.CLEAN, "")
    assert scanner.scanned == [b"begroting"]


def test_malware_is_found_and_named(settings):
    with clamd(settings):
        verdict = scanning.scan(b"voor" + EICAR + b"na")
    assert verdict == (Outcome.INFECTED, "Eicar-Test-Signature")


def test_every_byte_of_a_large_file_reaches_the_scanner(settings):
    content = bytes(range(256)) * 4096 * 3
    with clamd(settings) as scanner:
        assert scanning.scan(content).outcome == Outcome.CLEAN
    assert scanner.scanned == [content]


def test_without_a_scanner_nothing_is_clean(settings):
    settings.CLAMD_URL = ""
    assert scanning.scan(b"begroting").outcome == Outcome.UNKNOWN


def test_a_scanner_that_is_away_says_nothing(settings):
    settings.CLAMD_URL = f"tcp://127.0.0.1:{unused_port()}"
    assert scanning.scan(b"begroting").outcome == Outcome.UNKNOWN


def test_a_scanner_that_takes_too_long_says_nothing(settings):
    settings.CLAMD_TIMEOUT_SECONDS = 0.2
    with clamd(settings, silent_for=1):
        verdict = scanning.scan(b"begroting")
    assert verdict.outcome == Outcome.UNKNOWN
    assert "Timeout" in verdict.detail


def test_a_scanner_that_hangs_up_says_nothing(settings):
    with clamd(settings, silent_for=0.01):
        assert scanning.scan(b"begroting").outcome == Outcome.UNKNOWN


def test_a_file_over_the_scanners_limit_is_not_clean(settings):
    with clamd(settings, most_bytes=1000):
        assert scanning.scan(b"x" * 2_000_000).outcome == Outcome.UNKNOWN


@pytest.mark.parametrize(
    "answer",
    [b"stream: Can't allocate memory ERROR\n", b"OK\n", b"stream: NOT OK\n", b"\xff\xfe\n", b"other: OK\n", b"\n"],
)
def test_an_answer_that_is_not_understood_is_not_clean(settings, answer):
    with clamd(settings, says=answer):
        assert scanning.scan(b"begroting").outcome == Outcome.UNKNOWN


def test_what_is_used_at_once_must_be_clean(settings):
    with clamd(settings):
        scanning.require_clean(b"afschrift")
        with pytest.raises(FileInfected, match="Eicar-Test-Signature"):
            scanning.require_clean(EICAR)
    with pytest.raises(ScannerSilent):
        scanning.require_clean(b"afschrift")
    settings.CLAMD_URL = ""
    scanning.require_clean(b"afschrift")


def test_a_form_of_staff_refuses_malware_at_its_field(settings):
    with clamd(settings):
        refuse_malware(b"afschrift")
        with pytest.raises(ValidationError, match="Eicar-Test-Signature"):
            refuse_malware(EICAR)


@pytest.mark.parametrize("module", ["council", "objections", "payments", "settlements"])
def test_every_form_with_a_file_in_the_budget_asks_the_scanner(module):
    """Each form that takes a file calls the check; a form that forgets it would let malware in."""
    source = (ROOT / "budget" / "forms" / f"{module}.py").read_text()
    assert source.count("forms.FileField(") == source.count("        refuse_malware(") == 1
