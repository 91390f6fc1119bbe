"""Whole mails as calendars and people answer invitations with: our own, modelled on how each program is known to write.

``$to`` is the address the invitation asks to answer to, ``$uid`` the meeting's id, ``$who`` the invited person's
address, ``$stamp`` the moment of the answer, ``$seq`` the sequence, ``$mid`` the Message-ID of the invitation.
"""

from base64 import encodebytes
from dataclasses import dataclass, field
from string import Template

from mail.models import Outcome

REVIEW, IGNORED, APPLIED, STALE = Outcome.REVIEW, Outcome.IGNORED, Outcome.APPLIED, Outcome.STALE


@dataclass(frozen=True)
class Case:
    """One mail and how it must end. ``answer`` is the answer afterwards, "none" where nothing may change."""

    name: str
    text: str
    outcome: str
    reason: str
    answer: str = "none"
    charset: str = "utf-8"
    comment: str = ""
    values: dict = field(default_factory=dict)

    def raw(self, **values):
        filled = Template(self.text).substitute({**values, **self.values})
        return filled.replace("\r\n", "\n").replace("\n", "\r\n").encode(self.charset)


def vevent(
    partstat="ACCEPTED",
    *,
    method="REPLY",
    attendee='ATTENDEE;PARTSTAT=$partstat;CN="Marte Haugen":mailto:$who',
    organizer="ORGANIZER:mailto:$to\n",
    seq="SEQUENCE:$seq\n",
    stamp="DTSTAMP:$stamp\n",
    uid="$uid",
    more="",
    end="END:VEVENT\nEND:VCALENDAR",
):
    head = f"METHOD:{method}\n" if method else ""
    attendee = f"{attendee}\n".replace("$partstat", partstat) if attendee else ""
    return (
        f"BEGIN:VCALENDAR\nPRODID:-//Test//NO\nVERSION:2.0\n{head}BEGIN:VEVENT\nUID:{uid}\n{organizer}{attendee}"
        f"{seq}{stamp}{more}{end}\n"
    )


def mixed(calendar, *, headers="", method="REPLY", kind="text/calendar", text="Kari har svart", sender="$who"):
    """A mail with its calendar as the last alternative: the commonest form."""
    named = f"; method={method}" if method else ""
    return (
        f"From: Marte Haugen <{sender}>\nTo: <$to>\nSubject: Godtatt: Oppstartsmøte\n{headers}MIME-Version: 1.0\n"
        f'Content-Type: multipart/alternative; boundary="b1"\n\n--b1\nContent-Type: text/plain; charset=utf-8\n\n{text}\n'
        f"--b1\nContent-Type: {kind}; charset=utf-8{named}\n\n{calendar}--b1--\n"
    )


def bare(calendar, *, headers="", method="REPLY"):
    """A mail that is nothing but a calendar."""
    return (
        f"From: <$who>\nTo: <$to>\nSubject: Svar\n{headers}MIME-Version: 1.0\n"
        f"Content-Type: text/calendar; charset=utf-8; method={method}\n\n{calendar}"
    )


def words(text, *, headers="", sender="$who"):
    return (
        f"From: Marte <{sender}>\nTo: <$to>\nSubject: SV: Innkalling\nIn-Reply-To: $mid\n{headers}MIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    )


EXCHANGE_EXTRA = (
    "SUMMARY;LANGUAGE=nb-NO:Akseptert: Oppstartsmøte\nDTSTART;TZID=W. Europe Standard Time:20270303T180000\n"
    "CLASS:PUBLIC\nPRIORITY:5\nTRANSP:OPAQUE\nSTATUS:CONFIRMED\nX-MICROSOFT-CDO-APPT-SEQUENCE:$seq\n"
    "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\nX-MICROSOFT-DISALLOW-COUNTER:FALSE\n"
)
WRAPPED_UID = "040000008200E00074C5B7101A82E00800000000" + "00" * 20 + "7643616C2D55696401000000${hexuid}00"
COUNTER_TIMES = "DTSTART:$other_start\nDTEND:$other_end\nCOMMENT:Kan vi ta det dagen etter?\n"


def base64_part(octets, charset, name=""):
    return (
        f"From: <$who>\nTo: <$to>\nMIME-Version: 1.0\n"
        f'Content-Type: text/calendar; charset="{charset}"; method=REPLY{name}\nContent-Transfer-Encoding: base64\n\n'
        + encodebytes(octets).decode()
    )


YES, NO, MAYBE = "yes", "no", "maybe"
PLAIN = [
    # How each program answers
    Case("outlook_desktop", mixed(vevent(organizer="", more=EXCHANGE_EXTRA)), APPLIED, "answer", YES),
    Case("outlook_com_declines", mixed(vevent("DECLINED", organizer="", more=EXCHANGE_EXTRA)), APPLIED, "answer", NO),
    Case("outlook_maybe", mixed(vevent("TENTATIVE", organizer="", more=EXCHANGE_EXTRA)), APPLIED, "answer", MAYBE),
    Case(
        "outlook_with_a_word",
        mixed(vevent("DECLINED", organizer="", more="COMMENT;LANGUAGE=nb-NO:Er på reise\\, dessverre\\n\n")),
        APPLIED, "answer", NO, comment="Er på reise, dessverre",
    ),
    Case(
        "gmail",
        mixed(vevent(more="X-NUM-GUESTS=0\n".replace("=", ":")), sender="calendar-notification@google.example"),
        APPLIED, "answer", YES,
    ),
    Case("gmail_with_two_copies", mixed(
        vevent() + "--b1\nContent-Type: application/ics; name=\"invite.ics\"\n\n" + vevent()), APPLIED, "answer", YES),
    Case("apple_mail", bare(vevent(more="LAST-MODIFIED:$stamp\nREQUEST-STATUS:2.0;Success\n")), APPLIED, "answer", YES),
    Case("icloud_system_sender", mixed(vevent("DECLINED"), sender="noreply@cloud.example"), APPLIED, "answer", NO),
    Case("thunderbird", mixed(vevent(), kind="text/calendar; component=vevent"), APPLIED, "answer", YES),
    Case("zimbra_sent_by", bare(vevent(
        attendee='ATTENDEE;SENT-BY="mailto:sekretar@example.com";PARTSTAT=$partstat:mailto:$who')),
        APPLIED, "answer", YES),
    Case("nextcloud", bare(vevent("TENTATIVE", more="X-RESPONSE-COMMENT:Litt usikker\n")), APPLIED, "answer", MAYBE,
         comment="Litt usikker"),
    Case("server_side_answer", bare(vevent(), headers="Auto-Submitted: auto-generated\n"), APPLIED, "answer", YES),
    Case("empty_sender_with_calendar", "Return-Path: <>\n" + bare(vevent()), APPLIED, "answer", YES),
    # What programs leave out
    Case("without_sequence", bare(vevent(seq="")), APPLIED, "answer", YES),
    Case("without_stamp", bare(vevent(stamp="")), APPLIED, "answer", YES),
    Case("without_method_in_the_type", mixed(vevent(), method=""), APPLIED, "answer", YES),
    Case("without_method_in_the_body", mixed(vevent(method="")), APPLIED, "answer", YES),
    Case("lower_case_everything", bare(vevent("accepted").replace("METHOD:REPLY", "method:reply")), APPLIED, "answer",
         YES),
    Case("without_attendee", bare(vevent(attendee="")), REVIEW, "no_attendee"),
    Case("without_partstat", bare(vevent(attendee="ATTENDEE:mailto:$who")), IGNORED, "no_answer"),
    Case("without_uid", bare(vevent().replace("UID:$uid\n", "")), REVIEW, "unknown_meeting"),
    # What programs change
    Case("wrapped_uid", bare(vevent(uid=WRAPPED_UID, organizer="")), APPLIED, "answer", YES),
    Case("uid_in_capitals_and_braces", bare(vevent(uid="{$UPPER}")), APPLIED, "answer", YES),
    Case("uid_with_a_host", bare(vevent(uid="$uid@google.com")), APPLIED, "answer", YES),
    Case("another_uid", bare(vevent(uid="x" * 120)), REVIEW, "unknown_meeting"),
    Case("methods_differ", mixed(vevent(), method="REQUEST"), APPLIED, "answer", YES),
    Case("higher_sequence", bare(vevent(), headers=""), APPLIED, "answer", YES, values={"seq": "7"}),
    Case("stamp_in_the_future", bare(vevent()), APPLIED, "answer", YES, values={"stamp": "20391231T230000Z"}),
    Case("stamp_that_is_none", bare(vevent(stamp="DTSTAMP:i går\n")), APPLIED, "answer", YES),
    Case("capital_address", bare(vevent(attendee="ATTENDEE;PARTSTAT=$partstat:MAILTO:MARTE@EXAMPLE.COM")), APPLIED,
         "answer", YES),
    Case("address_in_a_parameter", bare(vevent(
        attendee="ATTENDEE;PARTSTAT=$partstat;EMAIL=$who:urn:uuid:1c8f")), APPLIED, "answer", YES),
    Case("colon_in_the_name", bare(vevent(attendee="ATTENDEE;PARTSTAT=$partstat;CN=Haugen: Marte:mailto:$who")), REVIEW,
         "no_attendee"),
    Case("folded_with_tabs", bare(vevent().replace("mailto:$who", "mail\n\tto:$who", 1)), APPLIED, "answer", YES),
    Case("text_after_the_end", bare(vevent() + "\nSent from my phone\n"), APPLIED, "answer", YES),
    Case("byte_order_mark", bare("\ufeff" + vevent()), APPLIED, "answer", YES),
    Case("blank_lines", bare(vevent().replace("\n", "\n\n")), APPLIED, "answer", YES),
    Case("file_with_a_general_type", mixed(vevent(), kind='application/octet-stream; name="svar.ics"', method=""),
         APPLIED, "answer", YES),
    # What cannot be certain
    Case("cut_off", bare(vevent("ACCEP", end="")), REVIEW, "unreadable_calendar"),
    Case("not_a_calendar", bare("Hei på deg\n"), REVIEW, "unreadable_calendar"),
    Case("two_that_differ", mixed(
        vevent() + "--b1\nContent-Type: application/ics; name=\"x.ics\"\n\n" + vevent("DECLINED")), REVIEW,
        "contradictions"),
    Case("delegated", bare(vevent("DELEGATED")), REVIEW, "another_answer"),
    Case("an_answer_nobody_knows", bare(vevent("X-GJERNE")), REVIEW, "another_answer"),
    Case("not_answered_yet", bare(vevent("NEEDS-ACTION")), IGNORED, "no_answer"),
    Case("one_of_a_series", bare(vevent(more="RECURRENCE-ID:20270303T170000Z\n")), REVIEW, "one_of_a_series"),
    Case("sixty_meetings", bare("BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REPLY\n"
         + "BEGIN:VEVENT\nUID:$uid\nATTENDEE;PARTSTAT=ACCEPTED:mailto:$who\nEND:VEVENT\n" * 60 + "END:VCALENDAR\n"),
         REVIEW, "too_many_events"),
    Case("passed_on", bare(vevent(attendee="ATTENDEE;PARTSTAT=$partstat:mailto:ukjent@elsewhere.example")), REVIEW,
         "somebody_else"),
    Case("somebody_elses_own", bare(vevent(attendee="ATTENDEE;PARTSTAT=$partstat:mailto:ola@example.com")), REVIEW,
         "somebody_else"),
    Case("an_invitation_of_theirs", bare(vevent("NEEDS-ACTION", method="REQUEST"), method="REQUEST"), REVIEW,
         "another_method"),
    Case("called_off_by_somebody", bare(vevent(method="CANCEL"), method="CANCEL"), REVIEW, "another_method"),
    Case("winmail", (
        "From: <$who>\nTo: <$to>\nMIME-Version: 1.0\nIn-Reply-To: $mid\n"
        'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\neJ8+IgAA\n'),
        REVIEW, "winmail"),
    # Other times
    Case("outlook_proposes", bare(vevent("TENTATIVE", method="COUNTER", more=COUNTER_TIMES), method="COUNTER"),
         Outcome.COUNTER, "another_time"),
    Case("gmail_proposes", mixed(vevent("TENTATIVE", method="COUNTER", organizer="", more=COUNTER_TIMES),
         method="COUNTER"), Outcome.COUNTER, "another_time"),
    Case("proposes_no_time", bare(vevent("TENTATIVE", method="COUNTER"), method="COUNTER"), REVIEW,
         "no_time_proposed"),
    Case("asks_for_it_again", bare(vevent("NEEDS-ACTION", method="REFRESH"), method="REFRESH"), APPLIED, "sent_again"),
    # In words
    Case("ja", words("Ja, jeg kommer!"), REVIEW, "in_words"),
    Case("kommer_ikke", words("Hei, jeg kommer dessverre ikke.\n\nMarte\n> Kommer du?"), REVIEW, "in_words"),
    Case("absent", words("Jeg er på ferie til 4. januar", headers="Auto-Submitted: auto-replied\n"), IGNORED,
         "automatic"),
    Case("absent_old_style", words("Out of office", headers="X-Autoreply: yes\n"), IGNORED, "automatic"),
    Case("absent_bulk", words("Out of office", headers="Precedence: bulk\n"), IGNORED, "automatic"),
]  # fmt: skip


def in_charset(charset, declared=None):
    """A builder, for octets that no template can hold."""

    def build(**values):
        calendar = Template(vevent(more="SUMMARY:Møte på Ørlandet\n")).substitute(values).replace("\n", "\r\n")
        mail = Template(base64_part(calendar.encode(charset), declared or charset)).substitute(values)
        return mail.replace("\n", "\r\n").encode()

    return build


CHARSETS = {
    "latin_1": in_charset("iso-8859-1"),
    "latin_1_that_says_utf_8": in_charset("iso-8859-1", "utf-8"),
    "utf_16": in_charset("utf-16"),
    "utf_16_that_says_utf_8": in_charset("utf-16", "utf-8"),
    "windows_1252": in_charset("windows-1252"),
    "no_such_charset": in_charset("utf-8", "x-finnes-ikke"),
}
