"""An IMAP server double of sockets and threads: folders of whole mails, and as much of RFC 3501 as a poll needs."""

import socket
import threading


class Mailbox:
    """Listens on a free port of loopback. ``folders`` holds {uid: raw}; ``seen`` the uids read."""

    def __init__(self, *mails, password="hemmelig"):
        self.folders = {"INBOX": dict(enumerate(mails, start=1))}
        self.password = password
        self.breaks_before_move = False
        self.deleted = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _listen(self):
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line):
        with line, line.makefile("rb") as reader:
            line.sendall(b"* OK ready\r\n")
            talk = Talk(self, line)
            for raw in reader:
                tag, _, rest = raw.strip().partition(b" ")
                words = rest.decode().split()
                uid = words[0].upper() == "UID"
                verb = words[1 if uid else 0].lower()
                answer = getattr(talk, verb, lambda _words: b"OK done")([word.strip('"') for word in words[1 + uid :]])
                if answer is None:
                    return
                line.sendall(tag + b" " + answer + b"\r\n")


class Talk:
    """One conversation. Each verb sends what it has and answers how it went; None breaks the line."""

    def __init__(self, box, line):
        self.box, self.line, self.folder = box, line, "INBOX"

    def say(self, words):
        self.line.sendall(words.encode() + b"\r\n")

    def capability(self, _words):
        self.say("* CAPABILITY IMAP4rev1 MOVE UIDPLUS")
        return b"OK done"

    def login(self, words):
        return b"OK done" if words[1] == self.box.password else b"NO wrong"

    def list(self, words):
        for name in self.box.folders:
            if words[1] in ("*", name):
                self.say(f'* LIST () "/" "{name}"')
        return b"OK done"

    def create(self, words):
        self.box.folders[words[0]] = {}
        return b"OK done"

    def select(self, words):
        self.folder = words[0]
        if self.folder not in self.box.folders:
            return b"NO no such folder"
        self.say(f"* {len(self.box.folders[self.folder])} EXISTS")
        return b"OK done"

    examine = select

    def search(self, _words):
        self.say("* SEARCH " + " ".join(str(uid) for uid in self.box.folders[self.folder]))
        return b"OK done"

    def fetch(self, words):
        uid = int(words[0])
        body = self.box.folders[self.folder][uid]
        self.say(f"* {uid} FETCH (UID {uid} FLAGS () RFC822.SIZE {len(body)} BODY[] {{{len(body)}}}")
        self.line.sendall(body)
        self.say(")")
        return b"OK done"

    def move(self, words):
        if self.box.breaks_before_move:
            self.box.breaks_before_move = False
            return None
        for uid in map(int, words[0].split(",")):
            self.box.folders[words[1]][uid] = self.box.folders[self.folder].pop(uid)
        return b"OK done"

    copy = move

    def store(self, words):
        self.box.deleted.append(words)
        return b"OK done"

    def logout(self, _words):
        self.say("* BYE")
        return b"OK bye"
