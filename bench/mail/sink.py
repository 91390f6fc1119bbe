"""A mail server that takes everything and keeps nothing but when it came: `python bench/mail/sink.py`.

Prints its port, then for each line on its input one line of JSON: how many mails, seconds (time.time) of the first and
the last, and their bytes. After the line "forget" it begins anew.
"""

import asyncio
import json
import sys
import time


class Counter:
    def __init__(self):
        self.forget()

    def forget(self):
        self.mails, self.first, self.last, self.bytes = 0, 0.0, 0.0, 0

    def took(self, size):
        self.last = time.time()
        self.first = self.first or self.last
        self.mails += 1
        self.bytes += size


counter = Counter()


async def talk(reader, writer):
    writer.write(b"220 sink\r\n")
    try:
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                counter.took(len(await reader.readuntil(b"\r\n.\r\n")))
            elif verb == b"EHLO":
                writer.write(b"250-sink\r\n250-PIPELINING\r\n")
            elif verb == b"QUIT":
                break
            writer.write(b"250 8BITMIME\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**22)
    print(server.sockets[0].getsockname()[1], flush=True)
    while word := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(vars(counter)), flush=True)
        if word.strip() == "forget":
            counter.forget()


if __name__ == "__main__":
    asyncio.run(main())
