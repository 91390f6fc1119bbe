"""What becomes of the keys of projects to people and companies. Projects keep nothing personal of their own."""

from members import privacy

KEYS = {
    "projects.Participation.company": "not about a person",
    "projects.Project.created_by": "kept: points to the emptied row",
    "projects.Project.owner": "not about a person",
}


def register_keys() -> None:
    """Speak for the keys of projects."""
    privacy.register(None, keys=KEYS)
