"""From three quick choices to a range of hours a month. A range, never a false precision."""

from groups.enums import HowLong, HowMany, HowOften

# Low and high for each choice: times a month, hours each time, people.
TIMES_A_MONTH = {
    HowOften.DAILY: (20.0, 22.0),
    HowOften.WEEKLY: (52 / 12, 52 / 12),
    HowOften.MONTHLY: (1.0, 1.0),
    HowOften.RARELY: (0.2, 0.5),
}
HOURS_EACH_TIME = {
    HowLong.MINUTES: (0.05, 0.25),
    HowLong.HOUR: (0.25, 1.0),
    HowLong.HALF_DAY: (1.0, 4.0),
    HowLong.DAY: (4.0, 8.0),
}
PEOPLE = {
    HowMany.ONE: (1.0, 1.0),
    HowMany.FEW: (2.0, 3.0),
    HowMany.TEAM: (4.0, 8.0),
    HowMany.MANY: (9.0, 20.0),
}
WHOLE_FROM = 2  # hours a month; below, one decimal tells more than none


def hours_a_month(often: str, long: str, many: str) -> tuple[float, float] | None:
    """Low and high estimate of hours lost a month, or None unless all three choices are made."""
    if not (often and long and many):
        return None
    parts = (TIMES_A_MONTH[HowOften(often)], HOURS_EACH_TIME[HowLong(long)], PEOPLE[HowMany(many)])
    low, high = 1.0, 1.0
    for part_low, part_high in parts:
        low, high = low * part_low, high * part_high
    return _rounded(low), _rounded(high)


def _rounded(hours: float) -> float:
    return float(round(hours)) if hours >= WHOLE_FROM else max(round(hours, 1), 0.1)
