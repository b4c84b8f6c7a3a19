"""Dividing files among assessors, tried on thousands of small cases and compared with every other way to do it."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain import balance
from assessment.domain.balance import Bearer, File


@st.composite
def cases(draw, most_files=8, most_people=6):
    people = [
        Bearer(pk, load=draw(st.integers(0, 4)), room=draw(st.integers(0, 5)))
        for pk in range(1, draw(st.integers(1, most_people)) + 1)
    ]
    everybody = [person.pk for person in people]
    files = [
        File(100 + number, missing=draw(st.integers(0, 3)), barred=frozenset(draw(st.sets(st.sampled_from(everybody)))))
        for number in range(draw(st.integers(0, most_files)))
    ]
    return files, people


def loads_after(division, people):
    added = [pk for chosen in division.values() for pk in chosen]
    return {person.pk: person.load + added.count(person.pk) for person in people}


@given(cases())
@settings(max_examples=300)
def test_nobody_is_barred_or_asked_twice_or_gets_more_than_the_room_or_a_file_more_than_it_needs(case):
    files, people = case
    division = balance.evenly(files, people)
    after = loads_after(division, people)
    for file in files:
        chosen = division[file.pk]
        assert len(set(chosen)) == len(chosen) <= file.missing
        assert file.barred.isdisjoint(chosen)
    assert all(after[person.pk] <= person.load + person.room for person in people)


@given(cases())
@settings(max_examples=300)
def test_no_swap_makes_the_work_more_level(case):
    """Whoever has two files more than somebody else could not hand one over, also not by a chain of swaps."""
    files, people = case
    division = balance.evenly(files, people)
    after = loads_after(division, people)
    rooms = {person.pk: person.load + person.room - after[person.pk] for person in people}
    takes_from = {
        (giver, taker)
        for file in files
        for giver in division[file.pk]
        for taker in after
        if taker not in division[file.pk] and taker not in file.barred
    }
    for giver in after:
        reached, grown = {giver}, True
        while grown:
            more = {taker for one, taker in takes_from if one in reached} - reached
            reached |= more
            grown = bool(more)
        assert all(after[taker] >= after[giver] - 1 for taker in reached if rooms[taker] > 0)


def all_divisions(files, people):
    """Every way to give each file some of the people who may have it, as far as everybody's room goes."""
    choices = []
    for file in files:
        allowed = [person.pk for person in people if person.pk not in file.barred]
        sizes = range(min(file.missing, len(allowed)) + 1)
        choices.append([chosen for size in sizes for chosen in combinations(allowed, size)])
    for picked in product(*choices):
        division = {file.pk: list(chosen) for file, chosen in zip(files, picked, strict=True)}
        after = loads_after(division, people)
        if all(after[person.pk] <= person.load + person.room for person in people):
            yield division


@given(cases(most_files=3, most_people=4))
@settings(max_examples=150, deadline=None)
def test_no_other_division_gives_more_places_or_is_more_level(case):
    files, people = case

    def places(division):
        return [len(division[file.pk]) for file in files]

    def squares(division):
        return sum(load**2 for load in loads_after(division, people).values())

    found = balance.evenly(files, people)
    others = list(all_divisions(files, people))
    assert sum(places(found)) == max(sum(places(other)) for other in others)
    # What comes first is filled first, and of the divisions that fill every file as far, none is more level.
    assert places(found) == max(places(other) for other in others if sum(places(other)) == sum(places(found)))
    assert squares(found) == min(squares(other) for other in others if places(other) == places(found))


@given(cases())
def test_the_same_question_has_the_same_answer_in_whatever_order_the_people_come(case):
    files, people = case
    assert balance.evenly(files, people) == balance.evenly(files, list(reversed(people)))


def test_equal_people_end_within_one_file_of_each_other():
    people = [Bearer(pk, load=0, room=50) for pk in range(1, 8)]
    files = [File(pk, missing=2) for pk in range(100, 125)]
    after = loads_after(balance.evenly(files, people), people).values()
    assert sum(after) == 50
    assert max(after) - min(after) <= 1


def test_who_has_work_already_gets_less():
    people = [Bearer(1, load=4, room=10), Bearer(2, load=0, room=10), Bearer(3, load=0, room=10)]
    division = balance.evenly([File(pk, missing=1) for pk in range(4)], people)
    assert loads_after(division, people) == {1: 4, 2: 2, 3: 2}


def test_a_swap_makes_room_for_a_file_that_only_one_person_may_have():
    people = [Bearer(1, load=0, room=1), Bearer(2, load=0, room=1)]
    files = [File(10, missing=1), File(11, missing=1, barred=frozenset({2}))]
    assert balance.evenly(files, people) == {10: [2], 11: [1]}


def test_what_waits_longest_is_filled_first():
    people = [Bearer(1, load=0, room=1), Bearer(2, load=0, room=1)]
    files = [File(10, missing=2), File(11, missing=2)]
    assert balance.evenly(files, people) == {10: [1, 2], 11: []}


def test_everybody_gets_all_but_what_is_barred():
    people = [Bearer(2, load=9, room=0), Bearer(1, load=0, room=1)]
    files = [File(10, missing=1), File(11, missing=2, barred=frozenset({1}))]
    assert balance.for_everybody(files, people) == {10: [1, 2], 11: [2]}
