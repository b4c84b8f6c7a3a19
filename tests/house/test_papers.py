"""What the papers say about the house is so: settings, dependencies, licence, containers."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def direct_dependencies() -> list[str]:
    lines = (text("requirements/base.in") + text("requirements/dev.in") + text("requirements/node.in")).splitlines()
    names = [re.split(r"[\[<>=~ ]", line)[0] for line in lines if line and not line.startswith(("-", "#"))]
    return sorted({*names, *json.loads(text("package.json"))["dependencies"]})


@pytest.mark.parametrize("name", direct_dependencies())
def test_every_direct_dependency_has_its_reason(name):
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text("docs/dependencies.md"))


def settings_read() -> list[str]:
    settings = text("talentfund/settings.py") + text("talentfund/wsgi.py")
    return sorted(set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', settings)))


@pytest.mark.parametrize("name", settings_read())
def test_every_setting_is_explained_to_whoever_deploys(name):
    assert f"`{name}`" in text("docs/deploy.md") or name == "DEBUG"  # DEBUG has no place in production


def compose() -> dict:
    return yaml.safe_load(text("docker-compose.yml"))


def test_what_compose_asks_for_is_explained():
    for name in re.findall(r"\$\{([A-Z_]+)", text("docker-compose.yml")):
        assert f"`{name}`" in text("docs/deploy.md"), name


def test_every_lasting_service_is_watched_and_comes_back():
    for name, service in compose()["services"].items():
        if name == "migrate":
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name


def test_only_the_web_server_and_the_mail_catcher_have_a_port():
    assert {name for name, service in compose()["services"].items() if "ports" in service} == {"web", "mail"}


def test_no_secret_stands_in_the_compose_file():
    for service in compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            if name.endswith(("_KEY", "PASSWORD", "_URL")):
                assert "${" in str(value) or name == "REDIS_URL", name


def test_one_licence_everywhere():
    assert text("LICENSE").startswith("SPDX-License-Identifier: EUPL-1.2\n")
    assert json.loads(text("package.json"))["license"] == "EUPL-1.2"
    assert yaml.safe_load(text("publiccode.yml"))["legal"]["license"] == "EUPL-1.2"
    assert tomllib.loads(text("pyproject.toml"))["project"]["license"] == "EUPL-1.2"


def test_one_version_everywhere():
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    assert json.loads(text("package.json"))["version"] == version
    assert json.loads(text("package-lock.json"))["version"] == version
    assert yaml.safe_load(text("publiccode.yml"))["softwareVersion"] == version


def test_every_package_is_pinned_by_hash():
    for lock in (ROOT / "requirements").glob("*.txt"):
        for block in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
            assert re.match(r"[\w.\[\],-]+==[^\n]*\\\n +--hash=sha256:", block), block[:60]
    for name, package in json.loads(text("package-lock.json"))["packages"].items():
        assert not name or package["integrity"].startswith("sha512-"), name
