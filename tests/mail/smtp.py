"""A mail server double of sockets and threads. The local part of an address steers it:

4xx- is put off for the first `greylist` tries, 5xx- is refused, drop- breaks the line after the final dot
the first time, and the mail is kept all the same; cut- breaks it before the final dot the first time, and hang-
takes the mail and never says so.
"""

import socket
import threading
import time
from collections import Counter
from email import message_from_bytes, policy


class Sink:
    """Listens on a free port of loopback; `mails` holds what was taken, as bytes."""

    def __init__(self, *, seconds_a_mail=0.0, greylist=3, port=0, pipelining=True):
        self.seconds_a_mail = seconds_a_mail
        self.greylist = greylist
        self.pipelining = pipelining
        self.refuse_login = False
        self.refuse_auth = False
        self.refuse_sender = False
        self.refuse_recipients = False
        self.refuse_words = False
        self.is_silent = False
        self.mails = []
        self.recipients = []
        self.times = []
        self.senders = []
        self.connections = 0
        self.open_lines = 0
        self.tries = Counter()
        self.before_data = None
        self.on_data = None
        self.let_go = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", port), backlog=50)
        self.port = self._socket.getsockname()[1]
        self._closed = False
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        if self._closed:
            return
        self._closed = True
        self.let_go.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def messages(self):
        """What was taken, parsed."""
        return [message_from_bytes(raw, policy=policy.default) for raw in list(self.mails)]

    def _listen(self):
        while not self._closed:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # answers to commands sent together go at once
            self.connections += 1
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line):
        self.open_lines += 1
        try:
            with line, line.makefile("rb") as reader:
                self._serve(line, reader)
        except OSError:
            return
        finally:
            self.open_lines -= 1

    def _serve(self, line, reader):
        say = lambda words: line.sendall(words.encode() + b"\r\n")  # noqa: E731
        if self.is_silent:
            self.let_go.wait(30)
            return
        say("554 5.7.1 no service for you" if self.refuse_login else "220 sink")
        if self.refuse_login:
            return
        recipients = []
        for raw in reader:
            words = raw.decode("utf-8", "replace").strip()
            verb = words[:4].upper()
            if verb == "DATA" and not recipients:
                say("554 5.5.1 no valid recipients")
            elif verb == "DATA":
                if self.before_data:
                    self.before_data()
                say("354 go on")
                if not self._data(reader, recipients):
                    return
                say("554 no thanks" if self.refuse_words else "250 taken")
            else:
                say(self._answer(verb, words, recipients))
                if verb == "QUIT":
                    return

    def _answer(self, verb, words, recipients):
        """What is said to a command; the recipients of the mail to come are kept."""
        address = words.partition("<")[2].partition(">")[0]
        if verb == "EHLO":
            return "\r\n".join(["250-sink", *["250-PIPELINING"] * self.pipelining, "250-AUTH PLAIN", "250 8BITMIME"])
        if verb == "AUTH":
            return "535 5.7.8 bad credentials" if self.refuse_auth else "235 welcome"
        if verb == "MAIL":
            recipients.clear()
            self.senders.append(address)
            return "550 5.7.1 sender not allowed" if self.refuse_sender else "250 ok"
        if verb == "RCPT" and self.refuse_sender:
            return "503 5.5.1 no sender"
        if verb == "RCPT":
            answer = self._judge(address)
            if answer.startswith("250"):
                recipients.append(address)
            return answer
        return "221 bye" if verb == "QUIT" else "250 ok"

    def _judge(self, recipient):
        self.tries[recipient] += 1
        if self.refuse_recipients:
            return "554 5.7.1 relay access denied"
        if recipient.startswith("4xx-") and self.tries[recipient] <= self.greylist:
            return "451 4.7.1 come back later"
        if recipient.startswith("5xx-"):
            return "550 5.1.1 nobody here"
        return "250 ok"

    def _data(self, reader, recipients):
        """True when the client shall hear that the mail was taken."""
        first = recipients[0]
        if first.startswith("cut-") and self.tries[first] == 1:
            return False
        lines = []
        for raw in reader:
            if raw == b".\r\n":
                break
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        else:
            return False
        if self.refuse_words:
            return True
        if self.on_data:
            self.on_data(first)
        time.sleep(self.seconds_a_mail)
        self.mails.append(b"".join(lines))
        self.recipients += recipients
        self.times.append(time.monotonic())
        if first.startswith("hang-"):
            self.let_go.wait(30)
        return not (first.startswith("drop-") and self.tries[first] == 1)
