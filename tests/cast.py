"""The people and things that many tests share."""
