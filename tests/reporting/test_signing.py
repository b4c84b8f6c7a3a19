"""The two signatures under a report: of two people, under exactly what it says."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import RoleHolding, User
from accounts.states import Role
from core.domain import clock
from core.models import AuditEntry
from reporting.domain import collecting, renderings, reports, signatures, signing, texts
from reporting.errors import ContentChanged, FourEyes, NotASigner, NotReadyToSign, NotSigned, ReportClosed
from reporting.models import Rendering, Report, ReportSignature
from reporting.states import Purpose, RenderingState, ReportKind, Stage
from tests.conftest import make_person
from tests.reporting.signed import ADVISER, MANAGER, sign, sign_both, write, write_all

pytestmark = pytest.mark.usefixtures("quick_pdf")


@pytest.fixture
def asked(cast):
    return reports.request(
        by=cast.manager,
        kind=ReportKind.POLICY_REPORT_1,
        year=2026,
        cut_off_on=date(2026, 3, 31),
        request_key=uuid4(),
    )


@pytest.fixture
def report(asked, cast):
    collected = collecting.collect(asked.pk)
    write_all(collected, cast.manager)
    return collected


def final_of(report):
    return report.renderings.filter(purpose=Purpose.FINAL)


def roles_signed(report):
    return [signer.role for signer in signatures.of(report).signers if signer.signature]


def test_one_signature_makes_nothing_final(report, cast):
    sign(report, cast.manager, MANAGER)
    assert roles_signed(report) == [MANAGER]
    assert not final_of(report).exists()
    entry = AuditEntry.objects.filter(event="report.signed").latest("pk")
    assert entry.changes == {"role": MANAGER, "content_sha256": texts.content_sha256(report)}


def test_with_both_signatures_the_final_one_is_made_and_the_report_laid_down(report, cast):
    sign(report, cast.finance, ADVISER)
    sign(report, cast.manager, MANAGER)
    assert final_of(report).get().state == RenderingState.QUEUED
    renderings.make_all()
    laid = Report.objects.get(pk=report.pk)
    assert laid.is_final
    assert laid.final_rendering.content_sha256 == texts.content_sha256(laid)


def test_signing_again_changes_nothing(report, cast):
    assert sign(report, cast.manager, MANAGER) == sign(report, cast.manager, MANAGER)
    assert AuditEntry.objects.filter(event="report.signed").count() == 1


def test_a_text_that_changes_makes_the_signature_lapse(report, cast):
    sign(report, cast.manager, MANAGER)
    write(report, "leven", cast.lead, "Anders")
    assert roles_signed(report) == []
    assert next(one.lapsed.by for one in signatures.of(report).signers if one.role == MANAGER) == cast.manager
    sign(report, cast.finance, ADVISER)
    assert not final_of(report).exists()
    sign(report, cast.manager, MANAGER)
    assert final_of(report).exists()


def test_a_text_that_changes_and_changes_back_is_signed_again(report, cast):
    before = texts.current_of(report, "leven").text
    sign(report, cast.manager, MANAGER)
    write(report, "leven", cast.lead, "Anders")
    write(report, "leven", cast.lead, before)
    assert roles_signed(report) == []


def test_who_signs_has_seen_what_it_says(report, cast):
    seen = texts.content_sha256(report)
    write(report, "leven", cast.lead, "Anders")
    with pytest.raises(ContentChanged):
        sign(report, cast.manager, MANAGER, seen=seen)
    assert not ReportSignature.objects.exists()


@pytest.mark.parametrize("who", ["lead", "assessor1", "college", "council", "admin", "finance"])
def test_nobody_else_signs_as_programme_manager(who, report, cast):
    with pytest.raises(NotASigner):
        sign(report, getattr(cast, who), MANAGER)


def test_one_person_with_both_roles_signs_once(report, cast):
    RoleHolding.objects.create(user=cast.manager, role=Role.FINANCIAL_ADVISER)
    both = User.objects.get(pk=cast.manager.pk)
    sign(report, both, MANAGER)
    with pytest.raises(FourEyes):
        sign(report, both, ADVISER)
    assert signatures.roles_to_sign(both, signatures.of(report)) == []
    assert not final_of(report).exists()


def test_a_second_manager_does_not_sign_beside_the_first(report, cast):
    sign(report, cast.manager, MANAGER)
    with pytest.raises(FourEyes, match="Manager"):
        sign(report, make_person("manager2", [Role.PROGRAMME_MANAGER]), MANAGER)


def test_without_a_text_that_the_form_needs_nobody_signs(asked, cast):
    report = collecting.collect(asked.pk)
    write(report, "foreword", cast.manager)
    with pytest.raises(NotReadyToSign, match="Wonen"):
        sign(report, cast.manager, MANAGER)


def test_without_figures_nobody_signs(asked, cast):
    write_all(asked, cast.manager)
    with pytest.raises(NotReadyToSign):
        sign(asked, cast.manager, MANAGER)


def test_a_report_that_is_being_made_final_or_is_final_takes_no_signature(report, cast):
    sign_both(report, cast)
    other = make_person("manager2", [Role.PROGRAMME_MANAGER])
    with pytest.raises(ReportClosed):
        sign(report, other, MANAGER)
    renderings.make_all()
    with pytest.raises(ReportClosed):
        sign(report, other, MANAGER)


def test_a_final_one_that_failed_is_made_again_with_the_same_signatures(report, cast, monkeypatch):
    sign_both(report, cast)
    with monkeypatch.context() as broken:
        broken.setattr("reporting.domain.typesetting.typeset", lambda *_a, **_k: 1 / 0)
        renderings.make_all()
    failed = final_of(report).get()
    assert failed.state == RenderingState.FAILED
    assert not Report.objects.get(pk=report.pk).is_final
    renderings.retry(rendering_id=failed.pk, by=cast.manager)
    renderings.make_all()
    assert Report.objects.get(pk=report.pk).is_final


def test_a_final_one_that_failed_is_not_made_again_of_other_texts(report, cast):
    sign_both(report, cast)
    final = final_of(report).get()
    renderings.cancel(rendering_id=final.pk, by=cast.manager)
    write(report, "leven", cast.lead, "Anders")
    with pytest.raises(NotSigned):
        renderings.retry(rendering_id=final.pk, by=cast.manager)
    sign(report, cast.manager, MANAGER)
    sign(report, cast.finance, ADVISER)
    renderings.make_all()
    assert Report.objects.get(pk=report.pk).is_final


def test_nobody_asks_for_a_final_one_without_signatures(report, cast):
    with pytest.raises(NotSigned):
        renderings.queue(report, purpose=Purpose.FINAL, by=cast.manager)


# The same from the side of the database ---------------------------------------------------------------------------------


def test_the_database_works_out_the_same_hash(report, cast):
    write(report, "foreword", cast.manager, "Ünïcode 😀\nmet regels")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reporting_content_sha256(%s)", [report.pk])
        assert cursor.fetchone()[0] == texts.content_sha256(report)


def test_the_database_works_out_the_same_hash_of_a_report_without_texts(asked):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reporting_content_sha256(%s)", [asked.pk])
        assert cursor.fetchone()[0] == texts.content_sha256(asked)


def put(report, by, role, content=None):
    with transaction.atomic():
        return ReportSignature.objects.create(
            report=report, role=role, by=by, at=clock.now(), content_sha256=content or texts.content_sha256(report)
        )


def test_the_database_takes_a_signature_under_what_stands_only(report, cast):
    with pytest.raises(IntegrityError, match="says something else"):
        put(report, cast.manager, MANAGER, content="a" * 64)


def test_the_database_wants_two_people(report, cast):
    put(report, cast.manager, MANAGER)
    with pytest.raises(IntegrityError, match="reporting_person_signs_once"):
        put(report, cast.manager, ADVISER)


def test_the_database_makes_nothing_final_without_both(report, cast):
    put(report, cast.manager, MANAGER)
    for act in (
        lambda: Rendering.objects.create(
            report=report, purpose=Purpose.FINAL, requested_by=cast.manager, requested_at=clock.now()
        ),
        lambda: Report.objects.filter(pk=report.pk).update(stage=Stage.FINAL, finalised_at=clock.now()),
    ):
        with pytest.raises(IntegrityError, match="not signed by both"), transaction.atomic():
            act()


def test_the_database_makes_nothing_final_again_of_other_texts(report, cast):
    sign_both(report, cast)
    final = final_of(report).get()
    renderings.cancel(rendering_id=final.pk, by=cast.manager)
    write(report, "leven", cast.lead, "Anders")
    with pytest.raises(IntegrityError, match="not signed by both"), transaction.atomic():
        Rendering.objects.filter(pk=final.pk).update(state=RenderingState.QUEUED, finished_at=None)


def test_the_database_keeps_signatures(report, cast):
    signature = sign(report, cast.manager, MANAGER)
    for change in (lambda: ReportSignature.objects.update(role=ADVISER), signature.delete):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            change()


def test_the_database_freezes_a_final_report(report, cast):
    sign_both(report, cast)
    renderings.make_all()
    laid = Report.objects.get(pk=report.pk)
    final = laid.final_rendering
    for change in (
        lambda: Report.objects.filter(pk=laid.pk).update(year=2025),
        lambda: Report.objects.filter(pk=laid.pk).update(figures={}),
        lambda: Report.objects.filter(pk=laid.pk).update(stage=Stage.WRITING, finalised_at=None),
        lambda: Report.objects.filter(pk=laid.pk).delete(),
        lambda: Rendering.objects.filter(pk=final.pk).update(content_sha256="b" * 64),
        lambda: Rendering.objects.filter(pk=final.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_role_that_nobody_knows_signs_nothing(report, cast):
    with pytest.raises(ValueError, match="mayor"):
        signing.sign(report_id=report.pk, role="mayor", by=cast.manager, seen_sha256="a" * 64)
