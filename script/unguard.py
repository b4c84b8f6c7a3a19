"""Takes away permission lines one by one, and sees whether a test notices. See script/unguard.

A permission line is a decorator that asks who somebody is, a step that raises what outsiders get, or a call of a
function that does nothing else than that. Each is taken away in a copy of the project; then the table of doors is
tried, and after that tests that speak of the module, those of its app, and the canaries.
"""

import argparse
import ast
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
APPS = ("accounts", "applications", "assessment", "budget", "core", "programme", "reporting")
WHERE = ("access", "access.py", "domain", "views")
DECORATORS = {"signed_in", "requires"}
# What somebody gets who comes where the person has no business.
REFUSALS = {
    "CriteriaNotYours",
    "DeclarationNeeded",
    "HasInterest",
    "Http404",
    "InvitationNotYours",
    "NotAnOwner",
    "NotInPanel",
    "NotTheOwner",
    "NotYours",
    "PermissionDenied",
    "SamePerson",
    "StepNotYours",
}
# How a function is called that does nothing else than refuse.
GUARDING = re.compile("require|check|_only$")
LEFT_OUT = {".git", ".venv", "node_modules", "var", "mutants", ".mypy_cache", ".ruff_cache", ".import_linter_cache"}
ARGUMENTS = ("-q", "-x", "--reuse-db", "-p", "no:randomly", "-m", "not browser and not processes")
CAUGHT, SURVIVED = 1, 0


class Guard(NamedTuple):
    """A permission line: its file, where it begins and ends (lines from 1), and what stands there without it."""

    path: Path
    first: int
    last: int
    instead: str
    text: str

    @property
    def app(self) -> str:
        """The app in which it stands."""
        return self.path.parts[0]

    def __str__(self) -> str:
        return f"{self.path}:{self.first} {self.text}"


def name_of(node: ast.expr | None) -> str:
    """Return the last name of an expression such as `a.b(c)`: b."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def refuses(statement: ast.stmt) -> bool:
    """Tell whether a statement raises what outsiders get."""
    return isinstance(statement, ast.Raise) and name_of(statement.exc) in REFUSALS


def guarding_functions(trees: Sequence[ast.Module]) -> set[str]:
    """Return the names of functions that return nothing and refuse: to call one is to guard."""
    found = set()
    for tree in trees:
        for node in ast.walk(tree):
            returns_nothing = isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Constant)
            if (
                returns_nothing
                and GUARDING.search(node.name)
                and any(refuses(part) for part in ast.walk(node) if isinstance(part, ast.stmt))
            ):
                found.add(node.name)
    return found


def calls_one_of(names: set[str], statement: ast.stmt) -> bool:
    """Tell whether a statement does nothing else than call one of these functions."""
    return (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and name_of(statement.value) in names
    )


def guards_in(path: Path, source: str, guarding: set[str]) -> Iterator[Guard]:
    """Find the permission lines of one file."""
    lines = source.splitlines()

    def guard(node: ast.expr | ast.stmt, instead: str) -> Guard:
        text = " ".join(lines[node.lineno - 1].split())
        indent = " " * node.col_offset if instead else ""
        return Guard(path, node.lineno, node.end_lineno or node.lineno, f"{indent}{instead}", text)

    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            yield from (guard(each, "") for each in node.decorator_list if name_of(each) in DECORATORS)
        elif isinstance(node, ast.stmt) and (refuses(node) or calls_one_of(guarding, node)):
            yield guard(node, "pass")


def all_guards() -> list[Guard]:
    """Return every permission line of the project, in the order of the files."""
    paths = [path for app in APPS for place in WHERE for path in sorted((ROOT / app).glob(f"{place}/**/*.py"))]
    paths += [ROOT / app / "access.py" for app in APPS if (ROOT / app / "access.py").exists()]
    sources = {path.relative_to(ROOT): path.read_text() for path in paths}
    guarding = guarding_functions([ast.parse(source) for source in sources.values()])
    return [guard for path, source in sources.items() for guard in guards_in(path, source, guarding)]


def take_away(guard: Guard, place: Path) -> str:
    """Take a permission line away in a copy of the project; return the file as it was."""
    file = place / guard.path
    before = file.read_text()
    lines = before.splitlines()
    lines[guard.first - 1 : guard.last] = [guard.instead] if guard.instead else []
    file.write_text("\n".join(lines) + "\n")
    return before


def tests_for(guard: Guard) -> list[list[str]]:
    """Return which tests are tried, stage by stage, the likeliest first: the doors, the module's own, the rest."""
    module = guard.path.parent.name if guard.path.name == "__init__.py" else guard.path.stem
    speaks = [path for path in sorted((ROOT / "tests").glob("*/test_*.py")) if module in path.read_text()]
    near = [str(path.relative_to(ROOT)) for path in speaks if path.parent.name in {guard.app, "assessment"}]
    doors = ["tests/doors/test_doors.py"]
    own_doors = [*doors, "-k", guard.app]
    first = [own_doors, near] if guard.path.parts[1] == "views" else [near, own_doors]
    return [*first, [f"tests/{guard.app}"], doors, ["tests/doors/test_canary.py"]]


def notices(guard: Guard, place: Path, stages: Sequence[Sequence[str]]) -> bool:
    """Tell whether these tests fail without a permission line. Raises RuntimeError when they could not be run."""
    before = take_away(guard, place)
    try:
        for tests in filter(None, stages):
            command = [sys.executable, "-m", "pytest", *ARGUMENTS, *tests]
            ran = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
            if ran.returncode not in {CAUGHT, SURVIVED}:
                raise RuntimeError(ran.stdout[-3000:] + ran.stderr[-3000:])
            if ran.returncode == CAUGHT:
                return True
        return False
    finally:
        (place / guard.path).write_text(before)


def copy_into(directory: Path) -> Path:
    """Copy the project into a directory, to take lines away there; return where it stands."""
    place = directory / "project"
    shutil.copytree(ROOT, place, ignore=lambda _where, names: LEFT_OUT.intersection(names))
    (place / "node_modules").symlink_to(ROOT / "node_modules")
    return place


def main() -> int:
    """Take away as many lines as asked, at random from a seed; return how many nobody noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=20)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--skip", type=int, default=0, help="how many of the draw were tried before")
    asked = parser.parse_args()
    guards = all_guards()
    chosen = random.Random(asked.seed).sample(guards, asked.number)[asked.skip :]  # noqa: S311  (a draw that anybody can repeat)
    unnoticed = []
    with tempfile.TemporaryDirectory() as directory:
        place = copy_into(Path(directory))
        for guard in chosen:
            began = time.monotonic()
            noticed = notices(guard, place, tests_for(guard))
            unnoticed += [] if noticed else [guard]
            word = "noticed" if noticed else "NOT NOTICED"
            sys.stdout.write(f"{word} in {time.monotonic() - began:.0f} s: {guard}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - len(unnoticed)} of {len(chosen)} noticed; {len(guards)} permission lines\n")
    return len(unnoticed)


if __name__ == "__main__":
    sys.exit(main())
