"""Pages of groups and their input."""
