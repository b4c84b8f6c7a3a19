"""References that people can quote, from sequences in the database: never from max()+1."""

from django.db import connection

from core.states import Series


def next_reference(series: Series, *, year: int) -> str:
    """Return the next reference of a series in a year, like `TF-2026-0001`.

    A transaction that is rolled back leaves a gap, as every sequence does. The migration made a sequence for each
    series and year up to 2040.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [f"core_reference_{series.name.lower()}_{year:04d}"])
        (number,) = cursor.fetchone()
    return f"{series.value}-{year}-{number:04d}"
