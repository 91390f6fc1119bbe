"""Answers that come back by mail: pressed in a calendar, or written in words."""
