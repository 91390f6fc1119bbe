"""What the one who chose a file is told when it cannot be taken."""

from django.utils.translation import gettext_lazy as _


class Unfit(Exception):
    """A file that is not taken. ``words`` are for the one who chose it."""

    words: object = _(
        "Only PDF, pictures (JPEG, PNG, WebP, GIF), Office files (DOCX, XLSX, PPTX) and OpenDocument (ODT, ODS, ODP) are "
        "taken. What a file is, is read from its content."
    )

    def __init__(self, words: object | None = None) -> None:
        super().__init__(words)
        if words is not None:
            self.words = words

    def __str__(self) -> str:
        return str(self.words)


class NotWhole(Unfit):
    """Cut short, or put together so that programs would read it differently."""

    words = _("The file is not whole, or its insides are unusual. Save it anew and try once more.")


class HasMacros(Unfit):
    """A program that runs when the reader opens the file."""

    words = _("The file has macros. Save it without them, as DOCX, XLSX, PPTX or OpenDocument.")


class OldOffice(Unfit):
    """The old format cannot be told from one with macros, and a password hides what is inside."""

    words = _("The file is in an old Office format or has a password. Save it as DOCX, XLSX or PPTX without one.")


class TooMuchInside(Unfit):
    """Small here, and too large for the reader's machine."""

    words = _("The file unpacks to more than a reader's machine can be asked to hold.")
