"""Commands sent together: the same mail as one by one, the same verdicts, and a connection that goes on."""

import smtplib
import socket
import threading

import pytest

from mail.pipelining import hand_over
from tests.mail.smtp import Sink

US, THEM = "post@portal.example", "kari@example.org"
OFFER = "250-server\r\n250-PIPELINING\r\n250 SIZE 1000000"
MAIL = b"Subject: Hei\r\n\r\n.\r\n..to\r\n.punktum\r\nslutt\r\n"


class Scripted:
    """A server that answers each command with the next line of its script; an empty line hangs up.

    ``heard`` holds what was read at a time, so that commands that came together stand together.
    """

    def __init__(self, *script):
        self.script = list(script)
        self.heard = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._thread.start()

    def _talk(self):
        line, _ = self._socket.accept()
        with line:
            line.sendall(b"220 server\r\n")
            while read := line.recv(65536):
                self.heard.append(read)
                text = b"\r\nHei\r\n" in read or read == b".\r\n"
                for _ in range(1 if text else read.count(b"\r\n")):
                    answer = self.script.pop(0)
                    if not answer:
                        return
                    line.sendall(answer.encode() + b"\r\n")

    def close(self):
        self._socket.close()
        self._thread.join(5)


def deliver(*script):
    """One mail to a server with this script; what was raised, what the server heard, and the connection."""
    server = Scripted(OFFER, *script)
    smtp = smtplib.SMTP("127.0.0.1", server.port, timeout=5)
    try:
        hand_over(smtp, US, THEM, b"Subject: x\r\n\r\nHei\r\n")
        raised = None
    except OSError as error:
        raised = error
    finally:
        open_ = smtp.sock is not None
        smtp.close()
        server.close()
    return raised, server.heard[1:], open_


def test_three_commands_are_one_write():
    raised, heard, open_ = deliver("250 ok", "250 ok", "354 go on", "250 taken")
    assert raised is None
    assert heard == [
        f"mail FROM:<{US}> size=19\r\nrcpt TO:<{THEM}>\r\ndata\r\n".encode(),
        b"Subject: x\r\n\r\nHei\r\n.\r\n",
    ]
    assert open_


@pytest.mark.parametrize(
    ("script", "error", "code"),
    [
        (["550 no", "503 no sender", "503 no sender", "250 ok"], smtplib.SMTPSenderRefused, 550),
        (["250 ok", "550 nobody", "554 nobody", "250 ok"], smtplib.SMTPRecipientsRefused, 550),
        (["250 ok", "451 later", "503 nobody", "250 ok"], smtplib.SMTPRecipientsRefused, 451),
        (["250 ok", "250 ok", "452 full", "250 ok"], smtplib.SMTPDataError, 452),
        (["250 ok", "250 ok", "354 go on", "554 spam", "250 ok"], smtplib.SMTPDataError, 554),
    ],
)
def test_a_refusal_is_the_one_that_came_first_and_the_connection_goes_on(script, error, code):
    raised, heard, open_ = deliver(*script)
    assert type(raised) is error
    said = raised.recipients[THEM][0] if error is smtplib.SMTPRecipientsRefused else raised.smtp_code
    assert said == code
    assert heard[-1] == b"rset\r\n"
    assert open_


def test_a_server_that_goes_on_without_a_recipient_gets_a_mail_of_no_words():
    raised, heard, open_ = deliver("250 ok", "550 nobody", "354 go on", "554 nobody", "250 ok")
    assert raised.recipients == {THEM: (550, b"nobody")}
    assert heard[1:] == [b".\r\n", b"rset\r\n"]
    assert open_


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (["421 closing"], smtplib.SMTPSenderRefused),
        (["250 ok", "421 closing"], smtplib.SMTPRecipientsRefused),
        (["250 ok", "250 ok", "421 closing"], smtplib.SMTPDataError),
        (["250 ok", "250 ok", "354 go on", "421 closing"], smtplib.SMTPDataError),
    ],
)
def test_a_server_that_hangs_up_says_why_and_the_connection_is_closed(script, error):
    raised, _heard, open_ = deliver(*script, "")
    assert type(raised) is error
    assert b"closing" in str(raised).encode()
    assert not open_


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ([""], smtplib.SMTPServerDisconnected),
        (["550 no", ""], smtplib.SMTPSenderRefused),
        (["250 ok", "550 nobody", ""], smtplib.SMTPRecipientsRefused),
        (["250 ok", "250 ok", "354 go on", ""], smtplib.SMTPServerDisconnected),
    ],
)
def test_a_line_that_breaks_is_a_refusal_only_when_one_was_heard(script, error):
    raised, _heard, open_ = deliver(*script)
    assert type(raised) is error
    assert not open_


@pytest.mark.parametrize("pipelining", [True, False], ids=["together", "one by one"])
@pytest.mark.parametrize("raw", [MAIL, MAIL[:-2], b".\r\n", b"Subject: x\r\n\r\n" + b"y" * 100_000 + b"\r\n"])
def test_what_arrives_is_what_was_sent_either_way(raw, pipelining):
    with Sink(pipelining=pipelining) as sink:
        smtp = smtplib.SMTP("127.0.0.1", sink.port, timeout=5)
        for _ in range(2):
            hand_over(smtp, US, THEM, raw)
        smtp.quit()
    whole = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    assert sink.mails == [whole, whole]
    assert sink.recipients == [THEM, THEM]
    assert sink.senders == [US, US]
    assert sink.connections == 1
