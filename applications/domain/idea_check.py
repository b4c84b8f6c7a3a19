"""Five questions by which anybody can see whether an idea fits the programme. Nothing of it is stored.

The questions follow from the programme: talent of 18 to 35, in Hengelo, a desired result of a line, a plan that can
be measured, and money that is not there yet. An answer fits, gives doubt, or does not fit; each says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain import room_shown
from applications.models import Call
from core.domain import clock
from core.domain.money import format_whole_euros, total
from programme.models import Line

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

# What a line is about, in a few words; a line that is not here stands by its name alone.
ABOUT_LINES: dict[str, Promise] = {
    "wonen": gettext_lazy("Affordable and new ways of living in the heart of the city"),
    "werken": gettext_lazy("Show what careers there are, bring schools and companies together"),
    "leven": gettext_lazy("Culture, places to meet and room to experiment"),
    "imago": gettext_lazy("Show what Hengelo has to offer"),
    "samenwerking": gettext_lazy("TalentTops, and working together in Twente"),
}

NO_LINE, LINE_UNKNOWN = "none", "unknown"


class Verdict(IntEnum):
    """What an answer means; the worst of five is the outcome."""

    FITS = 0
    DOUBT = 1
    DOES_NOT_FIT = 2


KINDS = {Verdict.FITS: "ok", Verdict.DOUBT: "warning", Verdict.DOES_NOT_FIT: "danger"}
WORDS = {
    Verdict.FITS: gettext_lazy("Fits"),
    Verdict.DOUBT: gettext_lazy("Look at this first"),
    Verdict.DOES_NOT_FIT: gettext_lazy("Doesn't fit"),
}


@dataclass(frozen=True)
class Option:
    """An answer to choose, what it means, and why."""

    value: str
    label: "_StrPromise"
    verdict: Verdict
    reason: Promise


@dataclass(frozen=True)
class IdeaQuestion:
    """One of the five questions."""

    name: str
    label: "_StrPromise"
    options: tuple[Option, ...] = ()
    help: "_StrPromise | None" = None


@dataclass(frozen=True)
class Finding:
    """What an answer says about the idea."""

    label: "_StrPromise"
    verdict: Verdict
    reason: str | Promise

    @property
    def kind(self) -> str:
        """How it looks, beside its words."""
        return KINDS[self.verdict]

    @property
    def words(self) -> Promise:
        """The verdict in words."""
        return WORDS[self.verdict]


@dataclass(frozen=True)
class Outcome:
    """The five findings, with the worst as the outcome; `line` is the chosen line, if any."""

    findings: Sequence[Finding]
    line: Line | None

    @property
    def verdict(self) -> Verdict:
        """The outcome: as good as the worst finding."""
        return max(finding.verdict for finding in self.findings)

    @property
    def fits(self) -> bool:
        """Whether nothing stands in the way."""
        return self.verdict == Verdict.FITS

    @property
    def stops(self) -> bool:
        """Whether a proposal would have no chance like this."""
        return self.verdict == Verdict.DOES_NOT_FIT


FOR_WHOM = IdeaQuestion(
    "for_whom",
    gettext_lazy("For whom is your idea?"),
    (
        Option(
            "talent",
            gettext_lazy("Mostly for people of 18 to 35"),
            Verdict.FITS,
            gettext_lazy("The fund is for talent of 18 to 35 that stays in Hengelo or comes here."),
        ),
        Option(
            "pupils",
            gettext_lazy("For pupils under 18, so that they know later what Hengelo has to offer"),
            Verdict.DOUBT,
            gettext_lazy("Pupils count when they will choose Hengelo later on. Say in your proposal how you see that."),
        ),
        Option(
            "everybody",
            gettext_lazy("For everybody, young people too"),
            Verdict.DOUBT,
            gettext_lazy("Young talent must stand at the centre. Say what you do for them in particular."),
        ),
        Option(
            "others",
            gettext_lazy("Mostly for others"),
            Verdict.DOES_NOT_FIT,
            gettext_lazy("This fund is only for plans about people of 18 to 35."),
        ),
    ),
)
WHERE = IdeaQuestion(
    "where",
    gettext_lazy("Where do people notice it?"),
    (
        Option(
            "hengelo",
            gettext_lazy("In Hengelo"),
            Verdict.FITS,
            gettext_lazy("It takes place in Hengelo, where the money is meant for."),
        ),
        Option(
            "twente",
            gettext_lazy("In Hengelo and in the rest of Twente"),
            Verdict.FITS,
            gettext_lazy("Value for the region counts as well, as long as Hengelo notices it."),
        ),
        Option(
            "elsewhere",
            gettext_lazy("Only outside Hengelo"),
            Verdict.DOES_NOT_FIT,
            gettext_lazy("The money is meant for Hengelo. What nobody in Hengelo notices can't be paid from it."),
        ),
    ),
)
RESULT = IdeaQuestion(
    "line",
    gettext_lazy("To which programme line does it contribute most?"),
    help=gettext_lazy("Every line has results that the council wants. Your idea must help at least one of them."),
)
PLAN = IdeaQuestion(
    "plan",
    gettext_lazy("Do you know what you are going to do, and what can be counted at the end?"),
    (
        Option(
            "yes",
            gettext_lazy("Yes: what, when, with whom, and what it yields"),
            Verdict.FITS,
            gettext_lazy("With a concrete plan and a result that can be measured, others can judge it."),
        ),
        Option(
            "partly",
            gettext_lazy("Partly: I still have to work out the result or the planning"),
            Verdict.DOUBT,
            gettext_lazy("Work out first what you count at the end, and how. The form asks for it."),
        ),
        Option(
            "no",
            gettext_lazy("No, it is a first thought"),
            Verdict.DOUBT,
            gettext_lazy(
                "A first thought is a good beginning. Talk to the programme team, or look for a partner, before you "
                "write."
            ),
        ),
    ),
)
MONEY = IdeaQuestion(
    "money",
    gettext_lazy("Who pays for it?"),
    (
        Option(
            "shared",
            gettext_lazy("Others pay a part, a part is missing"),
            Verdict.FITS,
            gettext_lazy("You ask only for what is missing. Name in your proposal who pays the rest."),
        ),
        Option(
            "nobody",
            gettext_lazy("Nobody yet"),
            Verdict.DOUBT,
            gettext_lazy(
                "You may ask for everything, but a plan in which others also put money or time stands stronger. "
                "Look whether that is possible."
            ),
        ),
        Option(
            "paid",
            gettext_lazy("Others pay everything"),
            Verdict.DOES_NOT_FIT,
            gettext_lazy("What others pay in full needs no contribution: the fund pays only what is missing."),
        ),
        Option(
            "done",
            gettext_lazy("It is paid already, or done already"),
            Verdict.DOES_NOT_FIT,
            gettext_lazy("The fund makes new things possible. What is done already gets no contribution."),
        ),
    ),
)

QUESTIONS = (FOR_WHOM, WHERE, RESULT, PLAN, MONEY)


def line_choices() -> list[tuple[str, str]]:
    """Return the answers to the question about the line: the lines of the programme, none, and not knowing."""
    lines = [(line.code, _named(line)) for line in Line.objects.all()]
    return [*lines, (NO_LINE, _("None of these")), (LINE_UNKNOWN, _("I don't know yet"))]


def _named(line: Line) -> str:
    about = ABOUT_LINES.get(line.code)
    return f"{line.name}: {about}" if about else line.name


def judge(answers: Mapping[str, str]) -> Outcome:
    """Say of five answers whether the idea fits, and why. `answers` holds a value for each of the QUESTIONS."""
    line = Line.objects.filter(code=answers[RESULT.name]).first()
    findings = [
        _of_line(answers[RESULT.name], line) if question is RESULT else _of_option(question, answers[question.name])
        for question in QUESTIONS
    ]
    return Outcome(findings, line)


def _of_option(question: IdeaQuestion, value: str) -> Finding:
    option = next(option for option in question.options if option.value == value)
    return Finding(question.label, option.verdict, option.reason)


def _of_line(value: str, line: Line | None) -> Finding:
    if line is None:
        if value == NO_LINE:
            reason = _("A plan that helps none of the results that the council wants gets no contribution.")
            return Finding(RESULT.label, Verdict.DOES_NOT_FIT, reason)
        reason = _("Look at the results of each line below “Criteria” and choose the one that you help most.")
        return Finding(RESULT.label, Verdict.DOUBT, reason)
    return Finding(RESULT.label, *_room_for(line, clock.now()))


def _room_for(line: Line, moment: "datetime") -> tuple[Verdict, str]:
    """Say whether a call takes proposals for a line now, and whether there is still money for it."""
    open_calls = list(Call.objects.open_at(moment).filter(lines=line).prefetch_related("ceilings__line"))
    if not open_calls:
        return Verdict.DOUBT, _("At the moment no call is open for %(line)s.") % {"line": line}
    this_year = clock.local_date(moment).year
    rooms = [row for call in open_calls for row in room_shown.by_line(call, room_shown.rooms_of(call))]
    cells = {year: free for row in rooms if row.line.pk == line.pk for year, free, _budget in row.cells}
    left: Decimal = total(free for year, free in cells.items() if year >= this_year)
    if cells and left == 0:
        return Verdict.DOUBT, _("There is no money left for %(line)s at the moment.") % {"line": line}
    if not cells:
        return Verdict.FITS, _("A call is open for %(line)s.") % {"line": line}
    return Verdict.FITS, _("A call is open for %(line)s, and %(amount)s is still free from this year on.") % {
        "line": line,
        "amount": format_whole_euros(left),
    }
