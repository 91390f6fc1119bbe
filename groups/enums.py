"""Closed lists of groups and inputs, with the groupings that queries ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class GroupKind(models.TextChoices):
    COMPETENCE = "competence", _("competence group")
    CLUSTER_BOARD = "cluster_board", _("cluster board")


class GroupState(models.TextChoices):
    PLANNED = "planned", _("planned")
    ACTIVE = "active", pgettext_lazy("group", "active")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", pgettext_lazy("group", "closed")


class Joining(models.TextChoices):
    OPEN = "open", _("open to all members")
    REQUEST = "request", _("on request")
    CLOSED = "closed", _("by appointment only")


class GroupStation(models.TextChoices):
    """Where a group is on the line."""

    PLANNED = "planned", pgettext_lazy("station", "Planned")
    KICKOFF = "kickoff", pgettext_lazy("station", "Kickoff")
    INPUT = "input", pgettext_lazy("station", "Input")
    MANDATE = "mandate", pgettext_lazy("station", "Mandate")
    DECISION = "decision", pgettext_lazy("station", "Decision")
    ACTIVITIES = "activities", pgettext_lazy("station", "Activities")


class MembershipState(models.TextChoices):
    REQUESTED = "requested", _("waiting for an answer")
    ACTIVE = "active", pgettext_lazy("membership", "active")
    ENDED = "ended", _("ended")
    DECLINED = "declined", _("declined")

    @classmethod
    def open_states(cls) -> tuple[str, ...]:
        return (cls.REQUESTED.value, cls.ACTIVE.value)


class RoleKind(models.TextChoices):
    LEADER = "leader", _("leader")
    DEPUTY = "deputy", _("deputy leader")
    MEMBER = "member", _("board member")


class InputKind(models.TextChoices):
    BOTTLENECK = "bottleneck", _("bottleneck")
    WISH = "wish", _("wish")
    OFFER = "offer", _("offer or need")


class Area(models.TextChoices):
    PRODUCTION = "production", _("production")
    ADMINISTRATION = "administration", _("administration")


class Visibility(models.TextChoices):
    """Who sees who wrote an input; the writer's choice."""

    NAMED = "named", _("the group sees your name and company")
    COMPANY = "company", _("the group sees only your company")
    BOARD = "board", _("only the group board sees who wrote it")
    ANONYMOUS = "anonymous", _("nobody can see who wrote it")


class Station(models.TextChoices):
    """Where an input is on the line."""

    RECEIVED = "received", _("received")
    UNDER_REVIEW = "under_review", _("under review")
    IN_THEME = "in_theme", _("in a theme")
    IN_FOCUS = "in_focus", _("in a focus area")
    IN_PROJECT = "in_project", _("in a project")
    PARKED = "parked", _("parked")
    ANSWERED = "answered", _("answered")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @classmethod
    def closed_states(cls) -> tuple[str, ...]:
        """Not carried further."""
        return (cls.PARKED.value, cls.ANSWERED.value, cls.WITHDRAWN.value)


class HowOften(models.TextChoices):
    """First quick cost question; the figures are times a month, low and high."""

    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")
    RARELY = "rarely", _("less often")


class HowLong(models.TextChoices):
    """Second quick cost question: hours each time."""

    MINUTES = "minutes", _("less than 15 minutes")
    HOUR = "hour", _("15 to 60 minutes")
    HALF_DAY = "half_day", _("1 to 4 hours")
    DAY = "day", _("more than 4 hours")


class HowMany(models.TextChoices):
    """Third quick cost question: people affected."""

    ONE = "one", _("one")
    FEW = "few", _("2 or 3")
    TEAM = "team", _("4 to 8")
    MANY = "many", _("more than 8")


class Door(models.TextChoices):
    """Through which door an input came in. Not kept for anonymous ones."""

    SIGNED_IN = "signed_in", _("signed in")
    MAIL = "mail", _("personal link in the mail")
    QR = "qr", _("QR code in the room")
    ON_BEHALF = "on_behalf", _("written down by another")


class MoveKind(models.TextChoices):
    """Steps on the board's desk, each of which can be undone."""

    PLACE = "place", _("moved inputs")
    CREATE = "create", _("made a theme")
    RENAME = "rename", _("renamed a theme")
    MERGE_THEMES = "merge_themes", _("merged themes")
    SPLIT = "split", _("split a theme")
    PARK = "park", _("parked inputs")
    ANSWER = "answer", _("answered inputs")
    MERGE_INPUTS = "merge_inputs", _("merged duplicates")
    UNMERGE = "unmerge", _("took a duplicate apart again")
    RELEASE = "release", _("let inputs through to the group")
