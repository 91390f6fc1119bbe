"""Closed lists of meetings and invitations, with the groupings that queries ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeetingKind(models.TextChoices):
    KICKOFF = "kickoff", _("kickoff")
    WORK = "work", _("work meeting")
    BOARD = "board", _("board meeting")
    ANNUAL = "annual", _("annual meeting")
    GATHERING = "gathering", _("cluster gathering")
    VISIT = "visit", _("company visit")
    OTHER = "other", _("other meeting")


class MeetingState(models.TextChoices):
    DRAFT = "draft", _("draft")
    CALLED = "called", _("called")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")


class Answer(models.TextChoices):
    NONE = "none", _("no answer")
    YES = "yes", pgettext_lazy("answer", "yes")
    MAYBE = "maybe", pgettext_lazy("answer", "maybe")
    NO = "no", pgettext_lazy("answer", "no")


class Road(models.TextChoices):
    """By which road an answer came."""

    PAGE = "page", _("signed in")
    LINK = "link", _("link in the mail")
    CALENDAR = "calendar", _("calendar")
    BEHALF = "behalf", _("on behalf")
    HANDED = "handed", _("handed over by a colleague")


class Attendance(models.TextChoices):
    UNKNOWN = "unknown", _("not noted")
    ATTENDED = "attended", _("came")
    APOLOGISED = "apologised", _("sent apologies")
    NO_SHOW = "no_show", _("did not come")
    VISITOR = "visitor", _("came without an invitation")


class NotedBy(models.TextChoices):
    """Who noted that a person came."""

    DOOR = "door", _("at the door")
    SELF = "self", _("themselves, signed in")
    TYPED = "typed", _("themselves, by writing a name")


class ProposalState(models.TextChoices):
    """What became of a time that somebody proposed."""

    OPEN = "open", _("not answered")
    ACCEPTED = "accepted", _("the meeting was moved there")
    DECLINED = "declined", _("declined")


class FeedHolds(models.TextChoices):
    """Which meetings a calendar feed holds."""

    ALL = "all", _("all my meetings")
    UNSENT = "unsent", _("only those I have not said yes to in the mail")


class Selection(models.TextChoices):
    """Some of a meeting's people, by how they stand now."""

    ALL = "all", _("everybody on the list")
    YES = "yes", _("those with a seat")
    QUEUED = "queued", _("those on the waiting list")
    MAYBE = "maybe", _("those who answered maybe")
    NO = "no", _("those who answered no")
    NONE = "none", _("those who have not answered")
    CAME = "came", _("those who came")
    MISSED = "missed", _("those who did not come")


class MediaType(models.TextChoices):
    """What a document is. Everything else is refused."""

    PDF = "application/pdf", _("PDF")
    JPEG = "image/jpeg", _("JPEG picture")
    PNG = "image/png", _("PNG picture")
    WEBP = "image/webp", _("WebP picture")
    GIF = "image/gif", _("GIF picture")
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint"
    ODT = "application/vnd.oasis.opendocument.text", _("OpenDocument text")
    ODS = "application/vnd.oasis.opendocument.spreadsheet", _("OpenDocument sheet")
    ODP = "application/vnd.oasis.opendocument.presentation", _("OpenDocument slides")


class Every(models.TextChoices):
    """How often a year's meetings come. The first three count months, the others weeks."""

    MONTH = "1m", _("every month")
    TWO_MONTHS = "2m", _("every second month")
    QUARTER = "3m", _("every quarter")
    FOUR_WEEKS = "4w", _("every fourth week, on the same weekday")
    TWO_WEEKS = "2w", _("every second week, on the same weekday")

    @property
    def months(self) -> int:
        """Months from one to the next; 0 when weeks are counted."""
        return int(self.value[0]) if self.value[1] == "m" else 0

    @property
    def weeks(self) -> int:
        """Weeks from one to the next; 0 when months are counted."""
        return int(self.value[0]) if self.value[1] == "w" else 0


class Week(models.IntegerChoices):
    """Which of a weekday's days in the month."""

    FIRST = 1, _("first")
    SECOND = 2, _("second")
    THIRD = 3, _("third")
    FOURTH = 4, _("fourth")
    LAST = -1, _("last")


class Moved(models.TextChoices):
    """Why a meeting is not on the day that the rule says."""

    HOLIDAY = "holiday", _("a public holiday")
    SUMMER = "summer", _("July is a holiday month")
