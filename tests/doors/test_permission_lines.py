"""Whether the tests notice when a permission line goes: the short form of script/unguard."""

import ast
import importlib.util
import os
import sys
from pathlib import Path

import psycopg
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "script" / "unguard.py"
# Without it whoever has a role opens the lists of the team.
LINE = ("assessment/access.py", "team_only")
TESTS = [["tests/assessment/test_doors.py"]]


@pytest.fixture(scope="module")
def unguard():
    spec = importlib.util.spec_from_file_location("unguard", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["unguard"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["unguard"]


@pytest.fixture
def database(monkeypatch):
    """Give the copy of the project a database of its own."""
    address = os.environ["DATABASE_URL"]
    server = psycopg.conninfo.conninfo_to_dict(address)
    name = f"{server['dbname']}_unguard_{os.getpid()}"
    monkeypatch.setenv("DATABASE_URL", address.removesuffix(str(server["dbname"])) + name)
    yield
    with psycopg.connect(**{**server, "dbname": "postgres"}, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS test_{name} WITH (FORCE)")


def test_each_permission_line_can_be_taken_away_and_leaves_a_program(unguard):
    guards = unguard.all_guards()
    assert len(guards) > 400
    assert {guard.app for guard in guards} == {
        "accounts",
        "applications",
        "assessment",
        "budget",
        "programme",
        "reporting",
    }
    for guard in guards:
        lines = (unguard.ROOT / guard.path).read_text().splitlines()
        lines[guard.first - 1 : guard.last] = [guard.instead] if guard.instead else []
        ast.parse("\n".join(lines))


def test_a_door_that_lost_its_lock_is_noticed(unguard, database, tmp_path):
    path, function = LINE
    source = (unguard.ROOT / path).read_text()
    [where] = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == function]
    [guard] = [
        guard
        for guard in unguard.all_guards()
        if str(guard.path) == path and where.lineno < guard.first <= where.end_lineno
    ]
    place = unguard.copy_into(tmp_path)
    assert unguard.notices(guard, place, TESTS)
    assert (place / path).read_text() == source
