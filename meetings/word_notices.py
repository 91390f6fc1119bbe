"""The mail that an organiser writes. Words are filled in at sending (``meetings.letters``)."""

WORD = "meetings.word"
