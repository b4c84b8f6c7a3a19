"""The form as data: its steps and questions, with limits and help.

The form, the public page with all questions, the page to check answers and the receipt all read this list, so that
they can't differ.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The line whose proposals say how they fit the brand of the city.
BRAND_LINE = "imago"

# From this many characters on a text gets a large field.
LONG_TEXT = 2000

RESULT_ROWS_MOST = 20
BUDGET_ROWS_MOST = 40


class Kind(StrEnum):
    """How a question is answered."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    CRITERIA = "criteria"
    TABLE = "table"
    AMOUNT = "amount"
    TICK = "tick"


@dataclass(frozen=True)
class Column:
    """A column of a table that is filled row by row; `limit` in characters."""

    name: str
    label: "_StrPromise"
    limit: int


@dataclass(frozen=True)
class Question:
    """One question; `limit` is the most characters that the answer may have."""

    name: str
    label: "_StrPromise"
    kind: Kind
    help: "_StrPromise | None" = None
    limit: int | None = None
    needed: bool = True
    note: "_StrPromise | None" = None
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Step:
    """A page of the form. `slug` stands in the URL."""

    slug: str
    title: "_StrPromise"
    intro: "_StrPromise"
    questions: tuple[Question, ...]

    @property
    def number(self) -> int:
        """Which step it is, from 1."""
        return [step.slug for step in STEPS].index(self.slug) + 1


RESULT_COLUMNS = (
    Column("indicator", _("What you count"), 120),
    Column("baseline", _("Now"), 40),
    Column("target", _("At the end"), 40),
    Column("measured_by", _("How you measure it"), 200),
)
BUDGET_COLUMNS = (Column("description", _("Description"), 120),)

ABOUT = Step(
    "wie-en-wat",
    _("Who and what"),
    _("Tell in a few lines what you are going to do. The team reads this first."),
    (
        Question("title", _("Title of your proposal"), Kind.LINE, limit=100),
        Question(
            "summary",
            _("Summary"),
            Kind.TEXT,
            _("What do you do, for whom and why? The college and the council read this text too."),
            limit=500,
        ),
        Question(
            "description",
            _("Description"),
            Kind.TEXT,
            _("What happens, step by step? Who does what, and when?"),
            limit=5000,
        ),
        Question("starts_on", _("Start date"), Kind.DATE),
        Question("ends_on", _("End date"), Kind.DATE, _("The last day on which you do something for this proposal.")),
    ),
)
AIM = Step(
    "doel",
    _("Aim and target group"),
    _("Choose where your proposal belongs. The team may correct the programme line later, with a reason."),
    (
        Question("line", _("Programme line"), Kind.CHOICE, _("Choose the line to which you contribute most.")),
        Question(
            "desired_results",
            _("Desired results"),
            Kind.CHOICES,
            _("Tick at least one result of the line that you chose. Results of another line don't count."),
        ),
        Question("target_groups", _("Target groups"), Kind.CHOICES, _("Whom do you want to reach?")),
        Question(
            "migration_moments",
            _("Moments of moving"),
            Kind.CHOICES,
            _("At which moment in life does your proposal help talent to stay or to come?"),
        ),
        Question("areas", _("Areas"), Kind.CHOICES, _("Where does it take place?")),
    ),
)
REASONS = Step(
    "waarom",
    _("Why"),
    _("Tell for each of the six TALENT criteria what your proposal does for it. Two people score your answers."),
    (
        Question(
            "criteria",
            _("The six TALENT criteria"),
            Kind.CRITERIA,
            _("Give examples and figures where you can."),
            limit=1500,
        ),
        Question(
            "on_brand",
            _("How does it fit the brand of the city (ON-brand)?"),
            Kind.TEXT,
            limit=1500,
            note=_("Only for the programme line Imago."),
        ),
    ),
)
RESULTS = Step(
    "resultaten",
    _("Results"),
    _("What can we see, count or measure at the end? You report on this later."),
    (
        Question(
            "promised_results",
            _("Promised results"),
            Kind.TABLE,
            _("One row for each result. A row that you empty disappears when you save."),
            note=_("For an effort (programme line Samenwerking) this may stay empty."),
            columns=RESULT_COLUMNS,
        ),
    ),
)
BUDGET = Step(
    "kosten",
    _("Costs and co-funding"),
    _("Fill in what it costs and who else pays, year by year. We work out what you ask from the fund."),
    (
        Question(
            "costs",
            _("Costs"),
            Kind.TABLE,
            _("One row for each kind of cost, an amount in euros for each year."),
            columns=BUDGET_COLUMNS,
        ),
        Question(
            "co_funding",
            _("Co-funding"),
            Kind.TABLE,
            _("Who else pays? Your own money counts too: name your organisation as a source."),
            needed=False,
            columns=BUDGET_COLUMNS,
        ),
    ),
)
COOPERATION = Step(
    "samenwerking",
    _("Cooperation and afterwards"),
    _("Nobody does this alone, and it should last."),
    (
        Question(
            "partners",
            _("With whom do you work together?"),
            Kind.TEXT,
            _("Name the organisations and people, and what each of them does."),
            limit=1500,
        ),
        Question(
            "afterwards",
            _("What happens after the grant?"),
            Kind.TEXT,
            _("How does it go on without this money, or how do you end it well?"),
            limit=1500,
        ),
    ),
)
DECLARATIONS = Step(
    "verklaringen",
    _("Declarations"),
    _("The law asks us to have you declare this."),
    (
        Question(
            "de_minimis_aid",
            _("De-minimis aid received in the last three years"),
            Kind.AMOUNT,
            _(
                "State aid of small size that your organisation got from any government. "
                "An undertaking may receive at most 300,000 euros in three years. Nothing received? Fill in 0."
            ),
        ),
        Question(
            "declared_truth",
            _("I filled in this proposal truthfully and I may act for the organisation."),
            Kind.TICK,
        ),
    ),
)

STEPS: tuple[Step, ...] = (ABOUT, AIM, REASONS, RESULTS, BUDGET, COOPERATION, DECLARATIONS)
# The last step is the page to check everything and submit.
STEP_COUNT = len(STEPS) + 1


def step_of(slug: str) -> Step | None:
    """Return the step with a slug, or None."""
    return next((step for step in STEPS if step.slug == slug), None)


def question_of(step: Step, name: str) -> Question:
    """Return a question of a step by name."""
    return next(question for question in step.questions if question.name == name)
