"""What the law asks of whoever holds a key post, by day and by device class."""

from dataclasses import replace
from datetime import date

import pytest

from agreements.key_posts import POSTS, Holder, highest_class, unmet

FIT = Holder(
    education="bachelor",
    title="mid",
    years=8,
    full_time=True,
    senior=True,
    clean_record=True,
    of_quality=True,
    trained=True,
)
GMP_2025, THE_DAY_BEFORE = date(2026, 11, 1), date(2026, 10, 31)


def lacking(post, *, on=GMP_2025, device_class="III", **changes):
    return {each.asks for each in unmet(post, replace(FIT, **changes), device_class=device_class, on=on)}


@pytest.mark.parametrize("post", POSTS)
def test_whoever_has_everything_is_fit_for_every_post(post):
    assert lacking(post) == set()


@pytest.mark.parametrize(
    ("post", "changes", "lacks"),
    [
        ("legal_representative", {"full_time": False, "years": 0, "education": "none", "title": "none"}, set()),
        ("person_in_charge", {"full_time": False}, {"full_time"}),
        ("management_representative", {"senior": False}, {"senior"}),
        ("management_representative", {"clean_record": False}, {"clean_record"}),
        ("management_representative", {"years": 2}, {"practised"}),
        ("management_representative", {"education": "college", "title": "mid"}, set()),
        ("management_representative", {"education": "college", "title": "junior", "years": 4}, {"schooled"}),
        ("management_representative", {"education": "college", "title": "junior", "years": 5}, set()),
        ("quality_head", {"education": "college", "title": "none"}, {"schooled"}),
        ("quality_head", {"years": 2}, {"practised"}),
        ("production_head", {"education": "secondary", "title": "senior"}, {"schooled"}),
        ("production_head", {"education": "college", "title": "none"}, set()),
        ("release_reviewer", {"of_quality": False, "trained": False}, {"of_quality", "trained"}),
        ("release_reviewer", {"full_time": False}, {"full_time"}),
    ],
)
def test_from_november_2026_each_post_asks_what_the_gmp_names(post, changes, lacks):
    assert lacking(post, **changes) == lacks


def test_before_the_gmp_of_2025_only_the_representative_is_asked_about():
    nothing = {"education": "none", "title": "none", "years": 0, "full_time": False, "trained": False}

    assert lacking("quality_head", on=THE_DAY_BEFORE, **nothing) == set()
    assert lacking("management_representative", on=THE_DAY_BEFORE, **nothing) == {"schooled", "practised", "full_time"}
    assert lacking("management_representative", on=date(2023, 2, 28), **nothing) == set()


def test_a_maker_of_class_one_asks_college_of_its_representative():
    assert lacking("management_representative", device_class="I", education="college", title="none", years=3) == set()
    assert lacking("management_representative", device_class="I", education="secondary", years=9) == {"schooled"}


def test_the_highest_class_of_the_house_decides_and_not_knowing_counts_as_the_strictest():
    assert highest_class(["I", "III", "II", None]) == "III"
    assert highest_class(["I"]) == "I"
    assert highest_class([]) == "III"
