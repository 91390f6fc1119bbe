"""Addresses of the board's desk, below the group's own."""

from django.urls import URLPattern, path

from groups.views import desk, desk_items, desk_steps

urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("changes/", desk.desk_changes, name="desk_changes"),
    path("figures/", desk.desk_figures, name="desk_figures"),
    path("inputs.xlsx", desk.desk_export, name="desk_export"),
    path("inputs/<uuid:pk>/", desk.desk_input, name="desk_input"),
    path("inputs/<uuid:pk>/note/", desk_items.note, name="desk_note"),
    path("inputs/<uuid:pk>/unmerge/", desk_items.unmerge, name="desk_unmerge"),
    path("inputs/<uuid:pk>/confirm/", desk_items.confirm, name="desk_confirm"),
    path("themes/new/", desk_steps.new_theme, name="desk_new_theme"),
    path("themes/<int:pk>/", desk.desk_theme, name="desk_theme"),
    path("themes/<int:pk>/rename/", desk_items.rename, name="desk_rename"),
    path("themes/<int:pk>/merge/", desk_items.merge_theme, name="desk_merge_theme"),
    path("place/", desk_steps.place, name="desk_place"),
    path("release/", desk_steps.release, name="desk_release"),
    path("park/", desk_steps.park, name="desk_park"),
    path("answer/", desk_steps.answer, name="desk_answer"),
    path("merge/", desk_steps.merge, name="desk_merge"),
    path("undo/<int:pk>/", desk_steps.undo, name="desk_undo"),
]
