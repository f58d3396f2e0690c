"""Drafting in the Wagtail admin: which screens a draft has, which acts it offers, and what may not be thrown away."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.generic import View
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from accounts.roles import Right, may
from circulars.origins import key_in
from circulars.pages import CircularPage, SectionPage
from circulars.progress import asked_at_review
from circulars.titles import quoted
from circulars.turns import SEAT_RIGHTS
from circulars.views.editing import DraftCreation, DraftEditing, DraftReverting
from cms.pageviews import FencedPages


class Drawer(View):
    """A section has no list of its own: each drafter's list is on the desk."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user, Right.DRAFT):
            raise Http404
        return redirect("circulars:drafts")


class Drafts(FencedPages):
    """A draft is begun, edited, previewed, compared with its earlier versions and thrown away; nothing else."""

    model = CircularPage
    add_view_class = DraftCreation
    edit_view_class = DraftEditing
    revisions_revert_view_class = DraftReverting
    index_view = staticmethod(Drawer.as_view())
    parent_models = (SectionPage, CircularPage)
    OPEN = (
        "add",
        "delete",
        "edit",
        "history",
        "history_results",
        "index",
        "preview_on_add",
        "preview_on_edit",
        "revisions_compare",
        "revisions_revert",
        "revisions_view",
        "view_draft",
    )


class Sections(FencedPages):
    """A section is opened by ``sections.open_section`` and has no screens."""

    model = SectionPage
    parent_models = ()


@hooks.register("register_admin_viewset")
def draft_views() -> list[FencedPages]:
    return [Drafts(), Sections()]


@hooks.register("insert_global_admin_js")
def comforts() -> SafeString:
    scripts = [(static("desk/draft.js"),), (static("desk/paste.js"),)]
    return format_html_join("", '<script src="{}"></script>', scripts)


@hooks.register("construct_main_menu")
def menu(request: HttpRequest, items: list[MenuItem]) -> None:
    if may(request.user, Right.DRAFT):
        items.append(MenuItem("我的文稿", reverse("circulars:drafts"), name="drafts", icon_name="edit", order=20))
    if any(may(request.user, right) for right in SEAT_RIGHTS):
        items.append(MenuItem("待我审签", reverse("circulars:in_hand"), name="in-hand", icon_name="tasks", order=30))


class DraftActs(ActionMenuItem):
    """保存草稿 and 送审 side by side; for a draft on its way 撤回送审 instead."""

    name = "draft-acts"
    template_name = "circulars/draft_acts.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        draft = context.get("page")
        is_new = not (draft and draft.pk)
        is_locked = bool(draft and draft.workflow_in_progress)
        sent = context["request"].POST
        return context | {
            "draft": draft,
            "is_declared": bool(sent.get("declared")),
            "word_is_owed": "action-submit" in sent and not sent.get("declared"),
            "is_locked": is_locked,
            "asked": [] if is_new or is_locked else asked_at_review(draft),
            "form_key": key_in(sent) if is_new else None,
        }


@hooks.register("construct_page_action_menu")
def draft_acts(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    page = context.get("page") or context["parent_page"]
    if isinstance(page.specific, (CircularPage, SectionPage)):
        items[:] = [DraftActs()]


@hooks.register("before_delete_page")
def keep_what_is_on_its_way(request: HttpRequest, page: Page) -> HttpResponseBase | None:
    """What holds drafts, or is on its way through review, is not thrown away; the person is told why."""
    if refusal := _why_kept(page):
        messages.error(request, refusal)
        return redirect("wagtailadmin_home")
    return None


@hooks.register("before_bulk_action")
def never_in_bulk(request: HttpRequest, act: str, things: Iterable[Any], view: Any) -> HttpResponseBase | None:
    """Drafts and what holds them are dealt with one by one, each by its own rule."""
    if any(isinstance(thing, Page) and _holds_drafts(thing) for thing in things):
        messages.error(request, "公文和发文栏目不能成批办理。")
        return redirect("wagtailadmin_home")
    return None


def _why_kept(page: Page) -> str:
    """Why the page stays; empty when it may go."""
    if isinstance(page, CircularPage):
        if page.versions.exists():
            return f"{quoted(page.title)}送审过，送审稿和审签记录须留存，不能删除。"
        return f"{quoted(page.title)}正在审签，请先撤回送审再删除。" if page.workflow_in_progress else ""
    return f"“{page.title}”里有公文，不能删除。" if _holds_drafts(page) else ""


def _holds_drafts(page: Page) -> bool:
    return page.get_descendants(inclusive=True).type(SectionPage, CircularPage).exists()
