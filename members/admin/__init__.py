"""The register as the office sees it. Importing registers every model."""

from members.admin import accounts, companies, people, settings, ties

__all__ = ["accounts", "companies", "people", "settings", "ties"]
