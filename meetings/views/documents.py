"""Documents of a meeting: put there, renamed and taken away by those who run it, read by those who see its inside."""

from datetime import datetime

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meetings.access import document_to_read, document_to_run, meeting_to_run
from meetings.actions.documents import IsThere, add_document, remove_document, rename_document
from meetings.enums import MediaType
from meetings.files import disk
from meetings.forms.documents import DocumentForm, TitleForm
from meetings.forms.plan import ReasonForm
from meetings.models import Meeting, MeetingDocument
from meetings.rules import must_say_why
from meetings.views.meetings import crumbs_of
from members.clock import oslo_today
from members.errors import Refused
from members.models import User

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
SHOWN_REMOVED = 20
REMOVAL_IDS = "id_removal_%s"
# A browser that opens one in place gives it no origin of ours, and nothing to load or run. Styles are its own: it fits a
# picture to the window by them.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """What those who run the meeting do with its documents."""
    now = timezone.now()
    return _page(request, meeting_to_run(request.user, pk, now), now)


@require_safe
@login_required
def document(request: HttpRequest, pk: int, document_pk: int) -> HttpResponseBase:
    """The file itself. Nobody else's server, proxy or cache ever has it: each reader is asked for anew."""
    row = document_to_read(request.user, pk, document_pk)
    try:
        size = disk.size_of(row.key)
    except OSError as error:
        logger.exception("meetings.document_lost", document=row.pk)
        raise Http404 from error
    response = StreamingHttpResponse(disk.read(row.key), content_type=row.media_type)
    named = content_disposition_header(as_attachment=not row.opens_inline, filename=row.file_name)
    response["Content-Disposition"] = str(named)
    response["Content-Length"] = str(size)
    # Safari shows no PDF without an origin, and a PDF that acts is never opened in place
    response["Content-Security-Policy"] = POLICY if row.media_type == MediaType.PDF else f"{POLICY}; sandbox"
    response["Cache-Control"] = "no-store, private"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@login_required
def document_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file with the meeting. The same one twice, as by a second press, is one."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    form = DocumentForm(request.POST, request.FILES, must_say_why=_must_say_why(request, meeting, now))
    if form.is_valid():
        try:
            row = add_document(meeting, **form.cleaned_data, actor=_user(request), now=now)
        except IsThere as refusal:
            messages.info(request, str(refusal))
            return redirect("meetings:documents", pk)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Added: %(title)s") % {"title": row.title})
            return redirect("meetings:documents", pk)
    return _page(request, meeting, now, form=form)


@require_form
@login_required
def document_edit(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Another title, or the way to take it away."""
    now = timezone.now()
    row = document_to_run(request.user, pk, document_pk, now)
    if request.method != "POST":
        return _edit_page(request, row, now)
    form = TitleForm(request.POST, must_say_why=_must_say_why(request, row.meeting, now))
    if not form.is_valid():
        return _edit_page(request, row, now, form=form)
    rename_document(row, **form.cleaned_data, actor=_user(request), now=now)
    messages.success(request, _("The document has another title."))
    return redirect("meetings:documents", pk)


@require_POST
@login_required
def document_remove(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Take it away, from the disk, too."""
    now = timezone.now()
    row = document_to_run(request.user, pk, document_pk, now)
    removal = ReasonForm(request.POST, must_say_why=_must_say_why(request, row.meeting, now), auto_id=REMOVAL_IDS)
    if not removal.is_valid():
        return _edit_page(request, row, now, removal=removal)
    remove_document(row, **removal.cleaned_data, actor=_user(request), now=now)
    messages.success(request, _("Removed: %(title)s") % {"title": row.title})
    return redirect("meetings:documents", pk)


def _page(request: HttpRequest, meeting: Meeting, now: datetime, *, form: DocumentForm | None = None) -> HttpResponse:
    rows = MeetingDocument.objects.filter(meeting=meeting)
    standing = list(rows.standing().select_related("uploaded_by"))
    context = {
        "meeting": meeting,
        "form": form or DocumentForm(must_say_why=_must_say_why(request, meeting, now)),
        "documents": standing,
        "removed": rows.removed().select_related("removed_by")[:SHOWN_REMOVED],
        "most": settings.DOCUMENTS_PER_MEETING,
        "is_full": len(standing) >= settings.DOCUMENTS_PER_MEETING,
        "crumbs": _crumbs(meeting),
    }
    return render(request, "meetings/documents.html", context, status=422 if form else 200)


def _edit_page(
    request: HttpRequest,
    row: MeetingDocument,
    now: datetime,
    *,
    form: TitleForm | None = None,
    removal: ReasonForm | None = None,
) -> HttpResponse:
    why = _must_say_why(request, row.meeting, now)
    context = {
        "meeting": row.meeting,
        "document": row,
        "form": form or TitleForm(initial={"title": row.title}, must_say_why=why),
        "removal": removal or ReasonForm(must_say_why=why, auto_id=REMOVAL_IDS),
        "crumbs": [*_crumbs(row.meeting), (reverse("meetings:documents", args=[row.meeting_id]), _("Documents"))],
    }
    return render(request, "meetings/document_edit.html", context, status=422 if form or removal else 200)


def _crumbs(meeting: Meeting) -> list[tuple[str, str]]:
    return [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)]


def _must_say_why(request: HttpRequest, meeting: Meeting, now: datetime) -> bool:
    return must_say_why(request.user, meeting, oslo_today(now))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
