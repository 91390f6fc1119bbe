"""How long each fault lasts, how often it comes and how many people it meets.

The gate shows the same with less. `FAULTS=whole ./test tests/faults` takes the figures of the reliability matrix.
"""

import os


def size(gate, whole):
    """The gate's figure, or the whole one."""
    return whole if os.environ.get("FAULTS") == "whole" else gate
