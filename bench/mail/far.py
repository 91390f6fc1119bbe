"""What a mail costs with a mail server some way off: commands together beside one by one.

    .venv/bin/python bench/mail/far.py [milliseconds there and back] [mails]

One connection through a relay on loopback that holds every write back for half of that time.
"""

import asyncio
import smtplib
import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mail.pipelining import hand_over
from tests.mail.smtp import Sink

MAIL = b"Subject: Innkalling\r\n\r\n" + (b"Hva bremser oss i produksjonen? " * 2 + b"\r\n") * 230  # 15 kB


def delayed(port, seconds):
    """The port of a relay to this one that takes so long each way."""
    ports, ready = [], threading.Event()

    async def pass_on(reader, writer):
        while some := await reader.read(65536):
            asyncio.get_running_loop().call_later(seconds, writer.write, some)
        asyncio.get_running_loop().call_later(2 * seconds, writer.close)

    async def talk(reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pass_on(reader, far_writer), pass_on(far_reader, writer), return_exceptions=True)

    async def serve():
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    ready.wait()
    return ports[0]


def milliseconds_a_mail(round_trip, mails, *, together):
    with Sink(pipelining=together) as sink:
        smtp = smtplib.SMTP("127.0.0.1", delayed(sink.port, round_trip / 2000), timeout=30)
        smtp.ehlo()
        began = time.monotonic()
        for _ in range(mails):
            hand_over(smtp, "post@portal.example", "kari@example.org", MAIL)
        return (time.monotonic() - began) / mails * 1000


def main(round_trip=30, mails=50, rounds=3):
    for together in (False, True):
        runs = [milliseconds_a_mail(round_trip, mails, together=together) for _ in range(rounds)]
        words = "together" if together else "one by one"
        print(f"{round_trip} ms there and back, commands {words:10}  {statistics.median(runs):6.1f} ms a mail")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
