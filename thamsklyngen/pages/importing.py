"""The office imports its sheet: upload, look at what would change, do it, take it back."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from members.actions.imports import import_register, undo_import
from members.exporting import as_xlsx, download
from members.models import Import, User
from thamsklyngen.importing.columns import TEMPLATE_HEADERS
from thamsklyngen.importing.keeping import drop, fetch, keep
from thamsklyngen.importing.planning import make_plan
from thamsklyngen.importing.reading import MOST_BYTES, Unreadable, read_sheet

SHOWN_LINES = 200


class UploadForm(forms.Form):
    """One sheet."""

    sheet = forms.FileField(
        label=gettext_lazy("Sheet"),
        help_text=gettext_lazy(
            "XLSX or CSV, at most 5,000 lines. Nothing is changed before you have seen what would be."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def clean_sheet(self) -> object:
        """Read the file here, so that what is wrong with it stands beside the field."""
        upload = self.cleaned_data["sheet"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 6 MB."))
        try:
            return read_sheet(upload.read()), upload.name
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error


def staff_of(request: HttpRequest) -> User:
    """The staff member who asks; 404 for everybody else, who may not know that the page is there."""
    if isinstance(request.user, User) and request.user.is_staff:
        return request.user
    raise Http404


def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file. A good one leads to the preview; a bad one says why, and nothing has happened."""
    user = staff_of(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sheet, name = form.cleaned_data["sheet"]
        return redirect("import_preview", ticket=keep(user, sheet, name))
    last = Import.objects.filter(undone_at__isnull=True).select_related("created_by").first()
    return render(request, "pages/import.html", {"form": form, "last": last})


@require_GET
def preview(request: HttpRequest, ticket: str) -> HttpResponse:
    """What is new, changed, unchanged and wrong, with line numbers. Nothing is written."""
    user = staff_of(request)
    kept = fetch(user, ticket)
    if kept is None:
        messages.warning(request, _("The sheet is no longer here. Choose the file once more."))
        return redirect("import")
    plan = make_plan(kept[0])
    rows = [row for row in plan.rows if row.verdict != "unchanged"]
    return render(
        request,
        "pages/import_preview.html",
        {
            "ticket": ticket,
            "file_name": kept[1],
            "plan": plan,
            "counts": plan.counts(),
            "rows": sorted(rows, key=lambda row: row.line)[:SHOWN_LINES],
            "more": max(0, len(rows) - SHOWN_LINES),
            "wrong": plan.wrong[:SHOWN_LINES],
        },
    )


@require_POST
def confirm(request: HttpRequest, ticket: str) -> HttpResponse:
    """Do what was shown, all or nothing; if the register has changed meanwhile, show the plan once more."""
    user = staff_of(request)
    kept = fetch(user, ticket)
    if kept is None:
        messages.warning(request, _("The sheet is no longer here. Choose the file once more."))
        return redirect("import")
    plan = make_plan(kept[0])
    if plan.wrong or plan.digest() != request.POST.get("digest"):
        messages.warning(request, _("The register has changed since you looked. Look once more before you import."))
        return redirect("import_preview", ticket=ticket)
    if plan.does_something:
        import_register(
            plan.companies, plan.people, actor=user, now=timezone.now(), file_name=kept[1], counts=plan.counts()
        )
        messages.success(request, _("Imported. Nobody has been mailed."))
    else:
        messages.info(request, _("Everything in the sheet was in the register already. Nothing is changed."))
    drop(user, ticket)
    return redirect("import")


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last import back."""
    user = staff_of(request)
    back, kept = undo_import(get_object_or_404(Import, pk=pk), actor=user, now=timezone.now())
    if back or kept:
        words = _("Taken back: %(back)s rows. Kept because somebody has used them since: %(kept)s.")
        messages.success(request, words % {"back": back, "kept": kept})
    else:
        messages.warning(request, _("Only the last import can be taken back, and only once."))
    return redirect("import")


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """An empty sheet with the headers that are recognised, and one line to overwrite."""
    staff_of(request)
    example = ("Eksempel AS", "", "Orkland", 25, "https://eksempel.example", "Kari Eksempel", "kari@eksempel.example", "400 00 000", "daglig leder", "nb", "ja")  # fmt: skip
    return download(as_xlsx("Medlemmer", TEMPLATE_HEADERS, [example]), "medlemmer", "xlsx")
