"""From three quick choices to a range of hours a month. A range, never a false precision."""

from groups.enums import HowLong, HowMany, HowOften

# Low and high for each choice: times a month, hours each time, people. 21 working days in a month.
TIMES_A_MONTH = {
    HowOften.DAILY: (15.0, 21.0),
    HowOften.WEEKLY: (3.0, 8.0),
    HowOften.MONTHLY: (1.0, 2.0),
    HowOften.RARELY: (0.2, 0.5),
}
HOURS_EACH_TIME = {
    HowLong.MINUTES: (0.1, 0.5),
    HowLong.HOUR: (0.5, 2.0),
    HowLong.HALF_DAY: (2.0, 5.0),
    HowLong.DAY: (6.0, 12.0),
}
PEOPLE = {
    HowMany.ONE: (1.0, 1.0),
    HowMany.FEW: (2.0, 5.0),
    HowMany.TEAM: (6.0, 15.0),
    HowMany.MANY: (16.0, 30.0),
}


def hours_a_month(often: str, long: str, many: str) -> tuple[float, float] | None:
    """Low and high estimate of hours lost a month, or None unless all three choices are made."""
    if not (often and long and many):
        return None
    parts = (TIMES_A_MONTH[HowOften(often)], HOURS_EACH_TIME[HowLong(long)], PEOPLE[HowMany(many)])
    low, high = 1.0, 1.0
    for part_low, part_high in parts:
        low, high = low * part_low, high * part_high
    return round(low, 1), round(high, 1)
