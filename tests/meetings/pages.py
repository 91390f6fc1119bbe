"""What a browser does on the pages behind a mail link."""

import re

from meetings.tokens import answer_path

NONCE = re.compile(r'name="nonce" value="([^"]+)"')


def nonce_of(client, path):
    """The nonce of a page that was really fetched."""
    found = NONCE.search(client.get(path).content.decode())
    return found[1] if found else ""


def press(client, invitation, answer, **more):
    """Open the page and press a button on it."""
    path = answer_path(invitation)
    return client.post(path, {"answer": answer, "nonce": nonce_of(client, path), **more})
