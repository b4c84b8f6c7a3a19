"""Who reads what the talent panel says, and when: as with scores, so that it anchors nobody."""

import pytest

from accounts.models import User
from assessment.domain import panel
from tests.assessment import panelling, road
from tests.assessment.panelling import agree, give

CANARY = "Kanariezin van het panel"


@pytest.fixture
def members(cast):
    return [panelling.joined(cast.talent), panelling.young("bo"), panelling.young("cas")]


@pytest.fixture
def spoken(cast, call, members):
    """A proposal about which three members gave an opinion; no assessor handed in yet."""
    proposal = panelling.asked_proposal(cast, call, members)
    for member, points, sentence in zip(members, (3, 2, 3), ("Zeker doen", CANARY, "Altijd goed"), strict=True):
        give(proposal, member, points, sentence=sentence)
    return proposal


def readers(cast, proposal):
    """Return who may read the voice now, by name."""
    names = ("partner", "partner2", "assessor1", "assessor2", "assessor3", "lead", "manager", "finance", "college",
             "council", "talent", "admin")  # fmt: skip
    people = {name: User.objects.get(pk=getattr(cast, name).pk) for name in names}
    return {name for name, person in people.items() if panel.voice_of(proposal, reader=person)}


def test_nobody_reads_it_before_an_assessor_has_handed_in(cast, spoken):
    assert readers(cast, spoken) == set()


def test_an_assessor_reads_it_after_handing_in_and_the_others_when_all_have(cast, spoken):
    road.hand_in(spoken, cast.assessor1, road.POINTS["positive"])
    assert readers(cast, spoken) == {"assessor1"}
    road.hand_in(spoken, cast.assessor2, road.POINTS["positive"])
    assert readers(cast, spoken) == {"assessor1", "assessor2", "lead", "manager", "finance"}


def test_with_an_interest_nobody_reads_it(cast, spoken):
    agree(cast, spoken)
    for person in (cast.manager, cast.finance):
        road.declarations.declare(
            proposal_id=spoken.pk, person=person, has_interest=True, explanation="Mijn neef werkt daar"
        )
    assert readers(cast, spoken) == {"assessor1", "assessor2", "lead"}


def test_what_was_not_asked_has_no_voice(cast, call):
    proposal = road.agreed_proposal(cast, call)
    assert panel.voice_of(proposal, reader=cast.manager) is None


def test_it_tells_the_spread_in_figures_and_words_and_no_names(cast, spoken):
    agree(cast, spoken)
    voice = panel.voice_of(spoken, reader=cast.manager)
    assert (voice.asked, voice.answered, voice.is_open) == (3, 3, False)
    row = voice.rows[0]
    assert row.given == "2, 3, 3"
    assert [(level.count, level.points) for level in row.chosen] == [(1, 2), (2, 3)]
    assert row.chosen[0].label == "Draagt voldoende bij"
    # Neither in the order of answering nor of asking: the sentences stand apart from who wrote them.
    assert voice.sentences == ["Altijd goed", CANARY, "Zeker doen"]
    assert not {"Bo", "Cas", cast.talent.email} & set(str(voice).replace("'", " ").split())


def test_an_opinion_of_who_turns_out_to_have_an_interest_falls_out(cast, spoken, members):
    agree(cast, spoken)
    members[1].memberships.create(organisation=cast.organisation, role="reader")
    voice = panel.voice_of(spoken, reader=cast.manager)
    assert voice.answered == 2
    assert CANARY not in voice.sentences
    assert voice.rows[0].given == "3, 3"


def test_members_read_the_whole_voice_only_after_their_own_is_fixed(cast, call, members):
    proposal = panelling.asked_proposal(cast, call, members)
    invitations = {one.member: one for one in proposal.panel_question.invitations.all()}
    give(proposal, members[0], 3)
    give(proposal, members[1], 1, sentence=CANARY)

    def read(member):
        return panel.voice_for_member(type(invitations[member]).objects.get(pk=invitations[member].pk))

    assert [read(member) for member in members] == [None, None, None]
    agree(cast, proposal)
    assert CANARY in read(members[0]).sentences
    assert read(members[2]) is None


def test_progress_tells_who_answered_and_never_what(cast, call, members, django_assert_num_queries):
    proposals = [panelling.asked_proposal(cast, call, members, title=f"Plan {n}") for n in range(3)]
    give(proposals[0], members[0], 3, sentence=CANARY)
    questions = [proposal.panel_question for proposal in proposals]
    with django_assert_num_queries(2):
        found = panel.progress_of(questions)
    assert [(one.answered, one.asked, one.is_open) for one in found] == [(1, 3, True), (0, 3, True), (0, 3, True)]
    assert CANARY not in str([vars(invitation) for one in found for invitation in one.invitations])
