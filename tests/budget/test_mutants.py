"""Whether the tests notice when the ledger's rules change: the short form of script/mutate."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
# How much of a grant may be spent, paid, released or claimed back.
RULE = "budget.domain.ledger.x__most__mutmut_*"
NARROWER = {
    "only_mutate": '["budget/domain/ledger.py"]',
    "type_check_command": "[]",
    "pytest_add_cli_args_test_selection": '["tests/budget/test_ledger_bounds.py"]',
}


@pytest.fixture
def workshop(tmp_path):
    """Lay the project out beside a database of its own, with the settings narrowed to one module."""
    for path in ROOT.iterdir():
        if not path.name.startswith(".") and path.name not in {"mutants", "var", "pyproject.toml"}:
            (tmp_path / path.name).symlink_to(path)
    settings = (ROOT / "pyproject.toml").read_text()
    for name, value in NARROWER.items():
        settings, found = re.subn(rf"^{name} = .*$", f"{name} = {value}", settings, flags=re.MULTILINE)
        assert found == 1, name
    (tmp_path / "pyproject.toml").write_text(settings)
    (tmp_path / "mutants" / "var").mkdir(parents=True)
    (tmp_path / "mutants" / "node_modules").symlink_to(ROOT / "node_modules")
    server = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
    name = f"{server['dbname']}_mutants_{os.getpid()}"
    address = os.environ["DATABASE_URL"].removesuffix(str(server["dbname"])) + name
    yield tmp_path, os.environ | {"DATABASE_URL": address, "LEDGER_STEPS": "20"}
    with psycopg.connect(**{**server, "dbname": "postgres"}, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS test_{name} WITH (FORCE)")


def test_each_change_of_what_a_grant_bears_is_noticed(workshop):
    place, environment = workshop

    def mutmut(*arguments):
        run = subprocess.run(
            [sys.executable, "-m", "mutmut", *arguments],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
        return run.stdout

    mutmut("run", "--max-children", "1", RULE)
    said = dict(line.strip().split(": ") for line in mutmut("results", "--all", "true").splitlines() if ": " in line)
    looked_at = [became for became in said.values() if became != "not checked"]
    assert len(looked_at) >= 10
    assert looked_at.count("killed") >= 0.9 * len(looked_at), said
