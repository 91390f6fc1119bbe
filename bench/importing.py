"""What the office's sheet of 5,000 lines costs: read, planned, written, taken back; seconds and peak memory.

    python -m tests.servers python bench/importing.py [lines]

300 companies, a person a line; XLSX as a spreadsheet saves it. Without TEST_DATABASE_URL it measures SQLite.
"""

import io
import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "thamsklyngen.settings_test"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import get_runner  # noqa: E402
from django.utils import timezone  # noqa: E402
from openpyxl import Workbook  # noqa: E402

from members.actions.imports import import_register, undo_import  # noqa: E402
from members.models import Import, User  # noqa: E402
from thamsklyngen.importing.columns import TEMPLATE_HEADERS  # noqa: E402
from thamsklyngen.importing.planning import make_plan  # noqa: E402
from thamsklyngen.importing.reading import read_sheet  # noqa: E402

COMPANIES = 300


def sheet(lines):
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append(TEMPLATE_HEADERS)
    for n in range(lines):
        company = n % COMPANIES
        page.append(
            [f"Bedrift {company} AS", "", "Orkland", 40, "", f"Kari Moen {n}", f"kari{n}@example.com", "", "Operatør", "nb", ""]
        )  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(name, work):
    before, begun = megabytes(), time.perf_counter()
    result = work()
    taken = time.perf_counter() - begun
    print(f"{name:<28} {taken:6.2f} s   peak {megabytes():6.0f} MB (+{megabytes() - before:.0f})")
    return result


def main(lines):
    content = sheet(lines)
    actor = User.objects.create(name="Office", email="office@example.com", is_staff=True)
    print(f"{lines} lines, {len(content) / 1024:.0f} KB, {connection.vendor}, load {os.getloadavg()[0]:.1f}")
    rows = timed("read", lambda: read_sheet(content))
    plan = timed("plan, nothing there yet", lambda: make_plan(rows))
    assert not plan.wrong, plan.wrong[:3]
    words = {"now": timezone.now(), "actor": actor, "file_name": "sheet.xlsx", "counts": plan.counts()}
    timed("write", lambda: import_register(plan.companies, plan.people, **words))
    timed("plan, all there", lambda: make_plan(rows))
    timed("take back", lambda: undo_import(Import.objects.latest("pk"), actor=actor, now=timezone.now()))


if __name__ == "__main__":
    runner = get_runner(settings)(verbosity=0)
    databases = runner.setup_databases()
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
    finally:
        runner.teardown_databases(databases)
