"""Groups and what people say to them, as the office sees them. Importing registers every model but board notes."""

from groups.admin import groups, inputs, people

__all__ = ["groups", "inputs", "people"]
