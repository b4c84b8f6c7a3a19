"""Where to report a weakness."""

from datetime import datetime, timedelta

from core.domain import clock


def test_security_txt_names_a_contact_and_expires_within_a_year(db, client):
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"].startswith("mailto:")
    assert clock.now() < datetime.fromisoformat(fields["Expires"]) < clock.now() + timedelta(days=365)
