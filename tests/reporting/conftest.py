import pytest

from budget.domain import council
from core.domain import clock
from programme.domain import frame as programme_frame
from tests.reporting.scenes import day


@pytest.fixture
def frame(db):
    """The council's frame as always, but in the books from the start of the programme: reports look back."""
    data = programme_frame.read()
    with clock.set_to(day(1, 2, 2025)):
        programme_frame.load(data)
        council.load_frame(data)
