"""What other people's calendars make of ours: ical.js, which Thunderbird reads with, and libical, which Evolution does.

ical.js runs in the Node that comes with Playwright; libical is the system's library, called without a compiler.
"""

import ctypes
import json
import subprocess
from ctypes.util import find_library
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

READ = Path(__file__).resolve().parents[1] / "vendor/read.mjs"
VEVENT = 4  # icalcomponent_kind


def by_ical_js(objects):
    """What ical.js reads in each: method and events, moments in seconds since 1970. Raises when it refuses one."""
    node = compute_driver_executable()[0]
    lines = "".join(f"{json.dumps(raw.decode())}\n" for raw in objects)
    ended = subprocess.run([node, READ], input=lines, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return [json.loads(line) for line in ended.stdout.splitlines()]


class Time(ctypes.Structure):
    """struct icaltimetype of libical 3."""

    _fields_ = [
        *[(name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "daylight")],
        ("zone", ctypes.c_void_p),
    ]


class Libical:
    """The few functions that the tests ask."""

    def __init__(self):
        name = find_library("ical")
        assert name, "no libical: apt install libical3"
        library = ctypes.CDLL(name)
        pointer, number, moment = ctypes.c_void_p, ctypes.c_int, Time
        self.parse = self._function(library.icalparser_parse_string, pointer, ctypes.c_char_p)
        self.free = self._function(library.icalcomponent_free, None, pointer)
        self.restriction = self._function(library.icalrestriction_check, number, pointer)
        self.errors = self._function(library.icalcomponent_count_errors, number, pointer)
        self.first = self._function(library.icalcomponent_get_first_component, pointer, pointer, number)
        self.starts = self._function(library.icalcomponent_get_dtstart, moment, pointer)
        self.ends = self._function(library.icalcomponent_get_dtend, moment, pointer)
        self.seconds = self._function(library.icaltime_as_timet_with_zone, ctypes.c_long, moment, pointer)

    @staticmethod
    def _function(function, result, *arguments):
        function.restype, function.argtypes = result, arguments
        return function

    def read(self, raw):
        """Whether it keeps what its METHOD asks for (RFC 5546), how many errors it has, when the event is."""
        root = self.parse(raw)
        assert root, "libical reads nothing"
        try:
            kept = self.restriction(root)
            event = self.first(root, VEVENT)
            starts, ends = self.starts(event), self.ends(event)
            moments = [self.seconds(one, one.zone) for one in (starts, ends)]
            return bool(kept), self.errors(root), *moments
        finally:
            self.free(root)
