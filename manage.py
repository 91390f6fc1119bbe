#!/usr/bin/env python3
"""Django's command line for the portal."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thamsklyngen.settings")
    from django.core.management import execute_from_command_line

    from thamsklyngen.env import refuse_bad_settings

    refuse_bad_settings()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
