"""References: from a sequence, never twice."""

import re
import threading

import pytest
from django.db import DatabaseError, connection, transaction

from core.domain.references import next_reference
from core.states import Series


@pytest.mark.django_db
def test_a_reference_names_series_and_year_and_counts_on():
    first, second = (next_reference(Series.PROPOSAL, year=2026) for _turn in range(2))
    assert re.fullmatch(r"TF-2026-\d{4}", first)
    assert int(second[-4:]) == int(first[-4:]) + 1


@pytest.mark.django_db
@pytest.mark.parametrize("series", Series)
@pytest.mark.parametrize("year", [2025, 2040])
def test_each_series_counts_by_itself_in_each_year(series, year):
    assert next_reference(series, year=year).startswith(f"{series.value}-{year}-")


@pytest.mark.django_db
def test_a_year_without_a_sequence_is_an_error_and_no_number():
    with pytest.raises(DatabaseError), transaction.atomic():
        next_reference(Series.PROPOSAL, year=1999)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_never_get_the_same_number():
    got, start = [], threading.Barrier(8)

    def draw():
        start.wait(10)
        try:
            got.extend([next_reference(Series.DECISION, year=2026) for _turn in range(25)])
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == len(set(got)) == 200
