"""Dates: how a column writes them is told from all its values, and said."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates import EARLIEST, LATEST, DateColumn
from pipeline.errors import InputError

MOMENT = datetime(2011, 10, 18, 20, 40, 10)


def read(*values: str, date_format: str | None = None) -> tuple[list[datetime | None], str]:
    dates = DateColumn(date_format)
    dates.observe(values)
    return [dates.parse(value) for value in values], "\n".join(dates.notes())


@pytest.mark.parametrize(
    "written",
    [
        "2011-10-18T20:40:10Z",
        "2011-10-18T20:40:10.000Z",
        "2011-10-18 20:40:10",
        "2011-10-18T22:40:10+02:00",
        "2011-10-18 13:40:10 -0700",
        "2011-10-18 20:40:10 UTC",
        "2011-10-18 20:40:10+00",
        "2011/10/18 20:40:10",
        "20111018204010",
        "Tue Oct 18 20:40:10 +0000 2011",
        "Tue Oct 18 22:40:10 +0200 2011",
        "Tue, 18 Oct 2011 20:40:10 GMT",
        "18 October 2011, 20:40:10",
        "Oct 18, 2011 8:40:10 PM",
        "October 18, 2011 at 08:40:10PM",
        "10/18/2011 20:40:10",
        "18-10-2011 20.40.10",
        "18.10.11 20:40:10",
        "10/18/2011 8:40:10 p.m.",
        "1318970410",
        "1318970410.0",
        "1318970410000",
        "1318970410000000",
    ],
)
def test_the_usual_ways_to_write_a_time_are_read_as_utc(written: str) -> None:
    assert read(written)[0] == [MOMENT]


def test_a_date_without_a_time_is_its_midnight() -> None:
    found, _ = read("2011-10-18", "20111018", "18-Oct-11", "10/18/2011")
    assert found == [datetime(2011, 10, 18)] * 4


@pytest.mark.parametrize(
    ("values", "first", "note"),
    [
        (["2/3/2015 11:35", "2/24/2015 11:35"], datetime(2015, 2, 3, 11, 35), "month/day/year (1 of 2"),
        (["02/03/2015", "24/02/2015"], datetime(2015, 3, 2), "day/month/year (1 of 2"),
        (["02-03-2015 11.35", "24-02-2015 11.35"], datetime(2015, 3, 2, 11, 35), "day-month-year (1 of 2"),
        (["2-3-2015", "2-24-2015"], datetime(2015, 2, 3), "month-day-year (1 of 2"),
    ],
)
def test_one_day_over_12_decides_for_the_whole_column(values: list[str], first: datetime, note: str) -> None:
    found, notes = read(*values)
    assert found[0] == first
    assert note in notes


def test_without_a_day_over_12_the_number_that_varies_more_is_the_day() -> None:
    found, notes = read(*(f"{day}/3/2015" for day in range(1, 8)))
    assert found == [datetime(2015, 3, day) for day in range(1, 8)]
    assert "day/month/year" in notes
    assert "7 against 1" in notes


def test_what_nothing_tells_is_read_by_custom_and_said() -> None:
    found, notes = read("2/3/2015")
    assert found == [datetime(2015, 2, 3)]
    assert "nothing tells day from month" in notes
    assert "--date-format" in notes
    assert read("2.3.2015")[0] == [datetime(2015, 3, 2)]


def test_a_column_half_converted_by_a_spreadsheet_is_read_by_each_half() -> None:
    """Excel turns the dates that it understands into its own form and leaves the others as they were."""
    found, notes = read("2/24/2015 11:35", "3/5/2015 9:00", "24-02-2015 11.35", "05-03-2015 9.00")
    assert found == [datetime(2015, 2, 24, 11, 35), datetime(2015, 3, 5, 9)] * 2
    assert "month/day/year" in notes
    assert "day-month-year" in notes


def test_a_date_that_can_only_be_read_the_other_way_is() -> None:
    found, notes = read("2/24/2015", "2/25/2015", "26/2/2015")
    assert found[2] == datetime(2015, 2, 26)
    assert "the other way, because they must be: 1" in notes


def test_the_users_format_goes_before_all_evidence() -> None:
    found, notes = read("03/02/15", "24/02/15", "2015-02-24", date_format="%d/%m/%y")
    assert found == [datetime(2015, 2, 3), datetime(2015, 2, 24), None]
    assert 'cannot be read: 1, such as "2015-02-24"' in notes


@pytest.mark.parametrize("wrong", ["%Q", "%H:%M", "d/m/y", ""])
def test_a_format_that_holds_no_date_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="--date-format"):
        DateColumn(wrong)


def test_what_is_no_date_is_counted_and_named() -> None:
    found, notes = read("yesterday", "", "1/1/1900", "0", "2015-02-30", "31/31/2015", "5.7E+17", "2015-02-24")
    assert [value is not None for value in found] == [False] * 7 + [True]
    assert 'cannot be read: 6, such as "yesterday"' in notes
    assert "no date: 1" in notes


@given(
    st.lists(
        st.text() | st.from_regex(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}( \d{1,2}[:.]\d{2})?", fullmatch=True)
    )
)
def test_no_value_raises_and_each_is_counted_once(values: list[str]) -> None:
    dates = DateColumn()
    dates.observe(values)
    found = [dates.parse(value) for value in values]
    assert all(moment is None or EARLIEST <= moment < LATEST for moment in found)
    assert dates.read + dates.unread + dates.missing == len(values)
    assert dates.read == sum(moment is not None for moment in found)


@given(st.datetimes(min_value=datetime(1999, 1, 1), max_value=datetime(2099, 12, 31)))
def test_any_moment_survives_being_written_and_read(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    for date_format in ("%Y-%m-%dT%H:%M:%SZ", "%a %b %d %H:%M:%S +0000 %Y", "%d %b %Y %I:%M:%S %p"):
        assert read(moment.strftime(date_format))[0] == [moment]
    day_over_12 = "28.12.2020"
    assert read(moment.strftime("%d.%m.%Y %H:%M:%S"), day_over_12)[0][0] == moment
