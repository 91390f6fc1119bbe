"""The verbs of groups: each is atomic, names its actor, and is the only place that assigns its states."""
