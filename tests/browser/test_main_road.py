"""The main road, walked by seven people in seven browsers against the processes that production runs.

From a partner who registers to the council that opens the PDF: everything between goes over the real web server,
worker, beat, PostgreSQL and Redis. Every page on the way is held against WCAG 2.2 AA at two widths.
"""

import io
import re
import subprocess
from collections.abc import Callable
from datetime import date

import pikepdf
import pytest

from talentfund.demo.people import PASSWORD
from tests.browser.site import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]

TITLE = "Fietswerkplaats bij het station"
NEWCOMER = "noor@wielerwerk.example"
REASONS = {
    "Talent centraal": "Studenten leiden de werkplaats zelf.",
    "Aantrekkelijk": "Wie hier woont, is zo bij het station.",
    "Lokaal en regionaal": "De werkplaats staat in het hart van Hengelo en dient heel Twente.",
    "Effectief": "We tellen elke maand wie er komt.",
    "Netwerk": "Bedrijven lenen monteurs en gereedschap.",
    "Toekomstgericht": "Na twee jaar draait het op reparaties.",
}
CODES = ("talent", "aantrekkelijk", "lokaal", "effectief", "netwerk", "toekomstgericht")


def plain(text: str) -> str:
    """Take the typography out of a text, to compare what it says."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def pdf_text(content: bytes) -> str:
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout
    return plain(text.decode())


def download(visitor: Visitor, link: str) -> bytes:
    """Fetch the PDF behind the last link that fits a selector, with the visitor's own session."""
    address = visitor.page.locator(f"main {link}").last.get_attribute("href")
    answer = visitor.page.request.get(f"{visitor.site.url}{address}")
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def press(visitor: Visitor, name: str) -> None:
    """Press a button and wait for the page that follows: the form saves first, and leaves after that."""
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("main").get_by_role("button", name=name).first.click()


def test_a_proposal_walks_the_whole_road(visit: Callable[..., Visitor]) -> None:
    partner = register(visit)
    reference = propose(partner)
    read_the_receipt(partner, reference)

    manager = visit("manager@demo.example", PASSWORD)
    take_in(manager, reference)
    for assessor, points in (("assessor1", "3"), ("assessor2", "2")):
        assess(visit(f"{assessor}@demo.example", PASSWORD), reference, points)
    agree_and_advise(manager, reference)

    finance = visit("finance@demo.example", PASSWORD)
    decision_list = put_on_a_list(finance, reference)
    decide(visit("college@demo.example", PASSWORD), decision_list, reference)
    read_the_decision(partner, reference)

    report = ask_for_the_report(manager)
    write_the_report(manager, report)
    sign_the_report(manager, report, "programmamanager")
    sign_the_report(finance, report, "financieel adviseur")
    read_the_report(visit("council@demo.example", PASSWORD), report)


def register(visit: Callable[..., Visitor]) -> Visitor:
    """Make an account, confirm the address, make an organisation; a wrong KvK number is refused."""
    partner = visit()
    for path in ("/", "/criteria/", "/vragen/", "/register/", "/register/toelichting/"):
        partner.go(path)
        partner.check_accessibility()
    partner.go("/account/signup/")
    partner.check_accessibility()
    page = partner.page
    page.get_by_label("Je naam").fill("Noor")
    page.get_by_label("E-mailadres").fill(NEWCOMER)
    page.get_by_label("Wachtwoord", exact=True).fill("een-lang-wachtwoord-26")
    press(partner, "Maak een account")
    mail = partner.site.mail_to(NEWCOMER, subject=".*")
    page.goto(re.search(r"https?://\S+", mail)[0])  # type: ignore[index]
    partner.check_accessibility()
    press(partner, "Bevestig")
    page.wait_for_url("**/mijn/organisatie/nieuw/")
    page.get_by_label("Naam van de organisatie").fill("Wielerwerk")
    page.get_by_label("Maatschappelijke organisatie").check()
    page.get_by_label("KvK-nummer").fill("1234567")
    page.get_by_label("IBAN").fill("NL91 ABNA 0417 1643 00")
    press(partner, "Organisatie opslaan")
    assert "8 cijfers" in page.get_by_role("main").inner_text()
    assert page.get_by_label("IBAN").input_value() == "NL91 ABNA 0417 1643 00"
    partner.check_accessibility()
    page.get_by_label("KvK-nummer").fill("90001234")
    press(partner, "Organisatie opslaan")
    page.wait_for_url("**/mijn/")
    return partner


def propose(partner: Visitor) -> str:
    """Fill in the eight steps, stop and come back half-way, and submit with a double click."""
    page = partner.page
    partner.go("/mijn/voorstel/nieuw/")
    partner.check_accessibility()
    page.get_by_label("Titel van je voorstel").fill(TITLE)
    for name in ("call", "organisation"):
        choice = page.locator(f"input[type=radio][name={name}]")
        if choice.count():
            choice.first.check()
    press(partner, "Begin")
    say_what(partner)
    say_why(partner)
    say_what_it_costs(partner)
    page.get_by_label("Met wie werk je samen?").fill("De fietsersbond en het vakcollege.")
    page.get_by_label("Wat gebeurt er als de bijdrage stopt?").fill("De werkplaats betaalt zichzelf.")
    press(partner, "Bewaar en ga verder")
    partner.check_accessibility()
    page.get_by_label("De-minimissteun").fill("0")
    page.locator("input[name=declared_truth]").check()
    press(partner, "Bewaar en ga verder")
    partner.check_accessibility()
    assert "€ 20.000" in plain(page.get_by_role("main").inner_text())
    page.get_by_role("main").get_by_role("button", name="Dien het voorstel in").dblclick()
    page.wait_for_url("**/ontvangst/")
    partner.check_accessibility()
    reference = re.search(r"TF-\d{4}-\d{4}", page.get_by_role("main").inner_text())
    assert reference
    return reference[0]


def say_what(partner: Visitor) -> None:
    page = partner.page
    assert "Stap 1 van 8" in page.title()
    partner.check_accessibility()
    page.get_by_label("Samenvatting").fill("Jonge monteurs repareren fietsen bij het station.")
    page.get_by_label("Omschrijving").fill("Vijf dagen per week staat de werkplaats open.")
    page.get_by_label("Startdatum").fill("01-12-2026")
    page.get_by_label("Einddatum").fill("31-12-2027")
    press(partner, "Bewaar en ga later verder")
    page.wait_for_url("**/mijn/**")
    partner.go("/mijn/")
    page.get_by_role("link", name=re.compile(TITLE)).click()
    partner.check_accessibility()
    assert "Stap 2 van 8" in page.title()  # on with what is still missing
    page.get_by_label("Leven (activiteit)").check()
    page.get_by_label("Plekken voor ontmoeting").check()
    page.get_by_label("Studenten in Twente").check()
    page.get_by_label("Studiemigratie").check()
    page.get_by_label("Hart van Hengelo").last.check()
    press(partner, "Bewaar en ga verder")


def say_why(partner: Visitor) -> None:
    page = partner.page
    assert "Stap 3 van 8" in page.title()
    for label, text in REASONS.items():
        page.get_by_label(label).fill(text)
    partner.check_accessibility()
    press(partner, "Bewaar en ga verder")
    row = {"indicator": "Reparaties per maand", "baseline": "0", "target": "120", "measured_by": "Kassa"}
    for name, text in row.items():
        page.locator(f"[name=promised_results-0-{name}]").fill(text)
    partner.check_accessibility()
    press(partner, "Bewaar en ga verder")


def say_what_it_costs(partner: Visitor) -> None:
    """Type amounts the Dutch way; what can't be understood is refused, and everything typed stays."""
    page = partner.page
    cells = {
        "costs-0-description": "Monteurs",
        "costs-0-year_2027": "25.000,50",
        "co_funding-0-description": "Eigen bijdrage",
        "co_funding-0-year_2027": "1e9",
    }
    for name, typed in cells.items():
        page.locator(f"[name={name}]").fill(typed)
    press(partner, "Bewaar en ga verder")
    assert "1e9" in page.get_by_role("main").inner_text()
    for name, typed in cells.items():
        assert page.locator(f"[name={name}]").input_value() == typed
    partner.check_accessibility()
    page.locator("[name=co_funding-0-year_2027]").fill("5000,50")
    press(partner, "Reken uit en blijf hier")
    assert "€ 20.000" in plain(page.get_by_role("main").inner_text())
    partner.check_accessibility()
    press(partner, "Bewaar en ga verder")


def read_the_receipt(partner: Visitor, reference: str) -> None:
    mail = partner.site.mail_to(NEWCOMER, subject=reference)
    assert reference in mail
    partner.page.reload()
    text = pdf_text(download(partner, "a[href*='/mijn/brief/']"))
    assert reference in text
    assert "€ 20.000" in text
    partner.go("/mijn/")
    partner.page.get_by_role("link", name=re.compile(TITLE)).click()
    partner.check_accessibility()
    assert partner.page.locator("main textarea").count() == 0  # nothing can be changed any more


def take_in(manager: Visitor, reference: str) -> None:
    page = manager.page
    manager.go("/team/")
    manager.check_accessibility()
    manager.go(f"/team/voorstellen/?q={reference}")
    manager.check_accessibility()
    page.get_by_role("link", name=TITLE).click()
    manager.check_accessibility()
    manager.go(f"/team/voorstellen/{reference}/volledigheid/")
    manager.check_accessibility()
    for point in page.locator("input[name=points]").all():
        point.check()
    press(manager, "Volledig")
    manager.go(f"/team/voorstellen/{reference}/lijn/")
    page.locator("main").get_by_label("Wonen").check()
    press(manager, "Bewaar de lijn")
    assert "reden" in page.get_by_role("main").inner_text().lower()  # another line needs a reason
    manager.check_accessibility()
    page.locator("main").get_by_label("Leven").check()
    page.get_by_label("Reden").fill("De keuze van de partner klopt.")
    press(manager, "Bewaar de lijn")
    manager.go(f"/team/voorstellen/{reference}/toewijzen/")
    manager.check_accessibility()
    page.get_by_label("Beoordelaar 1").check()
    page.get_by_label("Beoordelaar 2").check()
    press(manager, "Vraag om te beoordelen")


def assess(assessor: Visitor, reference: str, points: str) -> None:
    """Declare to have no interest, score all six with a reason, see nothing of the other's, and hand in."""
    page = assessor.page
    assessor.go("/team/")
    assessor.go(f"/team/voorstellen/{reference}/beoordelen/")
    assert "Belangenverklaring" in page.title()
    assessor.check_accessibility()
    page.get_by_label("Nee, ik heb geen belang").check()
    press(assessor, "Verklaring afleggen")
    assessor.go(f"/team/voorstellen/{reference}/beoordelen/")
    assert "Geheim van 3" not in page.content()
    page.locator("[name=gate][value=yes]").check(force=True)
    page.locator("[name=gate_reason]").fill("Past bij ontmoeting.")
    for code in CODES:
        page.locator(f"[name={code}][value='{points}']").check(force=True)
        page.locator(f"[name={code}_reason]").fill(f"Geheim van {points}: {code}")
    assessor.check_accessibility()
    for button in ("button[value=hand_in]", "main form button[type=submit]"):  # the check, and for good
        with page.expect_navigation():
            page.locator(button).click()
        assessor.check_accessibility()
    page.wait_for_load_state()
    assert "Geheim van" in page.content() or page.url.endswith("/team/")


def agree_and_advise(manager: Visitor, reference: str) -> None:
    page = manager.page
    manager.go(f"/team/voorstellen/{reference}/overleg/")
    page.locator("[name=gate][value=yes]").check(force=True)
    page.locator("[name=gate_reason]").fill("Past bij de lijn.")
    for code in CODES:
        page.locator(f"[name={code}][value='3']").check(force=True)
        page.locator(f"[name={code}_reason]").fill("Samen gezien.")
    for name in ("Beoordelaar 1", "Beoordelaar 2"):
        page.get_by_label(name, exact=True).check()
    manager.check_accessibility()
    press(manager, "Teamoverleg vastleggen")
    manager.go(f"/team/voorstellen/{reference}/advies/")
    manager.check_accessibility()
    page.locator("[name=amount_2027]").fill("20.000")
    page.locator("main textarea[name=explanation]").fill("Een sterk plan van jonge monteurs.")
    page.locator("button[value=give]").click()
    page.wait_for_url(f"**/{reference}/")
    manager.check_accessibility()
    assert "Positief" in page.get_by_role("main").inner_text()


def put_on_a_list(finance: Visitor, reference: str) -> str:
    page = finance.page
    finance.go("/budget/")
    finance.check_accessibility()
    finance.go("/budget/lijsten/BL-2026-0004/")  # the demo's list that does not fit says what is missing
    assert "€ 20.000" in plain(page.get_by_role("main").inner_text())
    finance.check_accessibility()
    finance.go("/budget/lijsten/nieuw/")
    finance.check_accessibility()
    page.get_by_label("Datum van de vergadering").fill(date.today().strftime("%d-%m-%Y"))
    press(finance, "Maak de lijst")
    page.get_by_role("main").get_by_role("button", name=re.compile(f"Zet op de lijst.*{reference}")).click()
    finance.check_accessibility()
    press(finance, "Stel voor aan het college")
    found = re.search(r"BL-\d{4}-\d{4}", page.url)
    assert found
    return found[0]


def decide(college: Visitor, decision_list: str, reference: str) -> None:
    page = college.page
    college.go("/college/")
    college.check_accessibility()
    college.go(f"/college/{decision_list}/")
    college.check_accessibility()
    assert reference in page.content()
    page.get_by_role("main").get_by_role("button", name="Stel de hele lijst vast").dblclick()
    page.get_by_text("Vastgesteld").first.wait_for()
    college.check_accessibility()


def read_the_decision(partner: Visitor, reference: str) -> None:
    partner.site.mail_to(NEWCOMER, subject="besloten")
    partner.go("/mijn/")
    assert "Toegekend" in partner.page.get_by_role("main").inner_text()
    partner.page.get_by_role("link", name=re.compile(TITLE)).click()
    partner.check_accessibility()
    letter = download(partner, "a[href*='/mijn/brief/']")
    text = pdf_text(letter)
    assert reference in text
    assert "€ 20.000" in text
    assert "bezwaar" in text
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("nl")


def ask_for_the_report(manager: Visitor) -> str:
    page = manager.page
    manager.go("/raad/rapporten/nieuw/")
    manager.check_accessibility()
    page.get_by_label("Document").select_option("beleidsrapportage-2")
    page.get_by_label("Jaar waarover het rapport gaat").select_option("2026")
    page.get_by_label("Peildatum").fill(date.today().strftime("%d-%m-%Y"))
    press(manager, "Rapport maken")
    page.locator("main a[href$='/pdf/']").first.wait_for(timeout=60_000)
    manager.check_accessibility()
    return page.url.removeprefix(manager.site.url)


def write_the_report(manager: Visitor, report: str) -> None:
    manager.go(f"{report}ondertekenen/")
    missing = manager.page.locator("section[aria-labelledby=to-sign] li a")
    addresses = [str(link.get_attribute("href")) for link in missing.all()]
    assert addresses  # nobody signs a report in which nothing was written
    for address in addresses:
        manager.go(address)
        manager.page.locator("[name=text]").fill("Dit najaar liep er veel, en er is nog ruimte voor nieuwe ideeën.")
        press(manager, "Bewaar")
    manager.check_accessibility()


def sign_the_report(signer: Visitor, report: str, role: str) -> None:
    signer.go(f"{report}ondertekenen/")
    signer.check_accessibility()
    press(signer, f"Ondertekenen als {role}")


def read_the_report(council: Visitor, report: str) -> None:
    council.go("/raad/")
    council.check_accessibility()
    for _turn in range(240):  # until the final report is there it does not exist for the council
        if council.page.request.get(f"{council.site.url}{report}").ok:
            break
        council.page.wait_for_timeout(1000)
    council.go(report)
    council.check_accessibility()
    text = pdf_text(download(council, "a[href$='/pdf/']"))
    for line in ("Wonen", "Werken", "Leven", "Imago", "Samenwerking"):
        assert line in text
    assert TITLE in text
    assert "€ 3.000.000" in text
    answer = council.page.request.get(f"{council.site.url}/budget/")
    assert answer.status == 403  # the council reads reports, not the books
