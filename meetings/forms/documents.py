"""A document: the file itself, and what it is called."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from meetings.files.kinds import FoundFile, find_kind
from meetings.files.names import ACCEPTED, stem_of
from meetings.files.words import Unfit
from meetings.forms.plan import ReasonForm
from members.names import clean_line

LONGEST_TITLE = 120
MEGABYTE = 1024 * 1024


class TitleForm(ReasonForm):
    """Another title."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    field_order = ("title", "reason")

    def clean_title(self) -> str:
        title = clean_line(self.cleaned_data["title"])
        if not title:
            raise ValidationError(_("Write a title."), code="required")
        return title


class DocumentForm(ReasonForm):
    """One file. ``file`` becomes what was found in it, ``given_name`` what the browser called it."""

    file = forms.FileField(
        label=_("File"),
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": _("Choose a file."),
            "missing": _("Choose a file."),
            "invalid": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Left empty, it is the name of the file."),
    )
    field_order = ("file", "title", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "PDF, pictures, Word, Excel, PowerPoint or OpenDocument, at most %(most)s MB. Where and when a photo was "
            "taken is left out."
        ) % {"most": settings.DOCUMENT_BYTES // MEGABYTE}

    def clean_file(self) -> FoundFile:
        """What is wrong with the file stands beside it. Its size is asked before anything of it is read."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if len(self.files.getlist("file")) > 1:
            raise ValidationError(_("Choose one file at a time."))
        if (upload.size or 0) > settings.DOCUMENT_BYTES:
            raise ValidationError(
                _("The file is larger than %(most)s MB."), params={"most": settings.DOCUMENT_BYTES // MEGABYTE}
            )
        try:
            found = find_kind(upload.read())
        except Unfit as unfit:
            raise ValidationError(str(unfit)) from unfit
        self.given_name = upload.name or ""
        return found

    def clean_title(self) -> str:
        return clean_line(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "file" in data:
            data["found"], data["given_name"] = data.pop("file"), self.given_name
            data["title"] = data.get("title") or stem_of(self.given_name)
        return data
