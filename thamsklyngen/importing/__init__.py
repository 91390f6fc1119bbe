"""The office's sheet: read it, recognise its columns, say what it would change, do that, and take it back.

``reading`` (bytes to rows) -> ``columns`` (headers to fields) -> ``planning`` (rows to changes, nothing written);
the writing is ``members.actions.imports``.
"""
