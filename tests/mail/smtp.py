"""A mail server double of sockets and threads. The local part of an address steers it:

4xx- is put off for the first `greylist` tries, 5xx- is refused, drop- breaks the line after the final dot
the first time, and the mail is kept all the same.
"""

import socket
import threading
import time
from collections import Counter
from email import message_from_bytes, policy


class Sink:
    """Listens on a free port of loopback; `mails` holds what was taken, as bytes."""

    def __init__(self, *, seconds_a_mail=0.0, greylist=3):
        self.seconds_a_mail = seconds_a_mail
        self.greylist = greylist
        self.refuse_login = False
        self.refuse_sender = False
        self.mails = []
        self.recipients = []
        self.senders = []
        self.connections = 0
        self.tries = Counter()
        self.on_data = None
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=50)
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
            self.connections += 1
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line):
        try:
            with line, line.makefile("rb") as reader:
                self._serve(line, reader)
        except OSError:
            return

    def _serve(self, line, reader):
        say = lambda words: line.sendall(words.encode() + b"\r\n")  # noqa: E731
        if self.refuse_login:
            say("554 5.7.1 no service for you")
            return
        say("220 sink")
        recipient = ""
        for raw in reader:
            words = raw.decode("utf-8", "replace").strip()
            verb = words[:4].upper()
            if verb in ("EHLO", "HELO"):
                say("250-sink\r\n250 8BITMIME")
            elif verb == "MAIL":
                self.senders.append(words.partition("<")[2].partition(">")[0])
                say("550 5.7.1 sender not allowed" if self.refuse_sender else "250 ok")
            elif verb == "RCPT":
                recipient = words.partition("<")[2].partition(">")[0]
                say(self._judge(recipient))
            elif verb == "DATA":
                say("354 go on")
                if self._data(reader, recipient):
                    say("250 taken")
                else:
                    return
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    def _judge(self, recipient):
        self.tries[recipient] += 1
        if recipient.startswith("4xx-") and self.tries[recipient] <= self.greylist:
            return "451 4.7.1 come back later"
        if recipient.startswith("5xx-"):
            return "550 5.1.1 nobody here"
        return "250 ok"

    def _data(self, reader, recipient):
        """True when the client shall hear that the mail was taken."""
        lines = []
        for raw in reader:
            if raw == b".\r\n":
                break
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        else:
            return False
        if self.on_data:
            self.on_data(recipient)
        time.sleep(self.seconds_a_mail)
        self.mails.append(b"".join(lines))
        self.recipients.append(recipient)
        return not (recipient.startswith("drop-") and self.tries[recipient] == 1)
