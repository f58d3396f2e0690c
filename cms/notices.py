"""Notices in the admin: the list, writing, publishing, taking down, deleting.

Of Wagtail's page screens these are the ones that a notice needs; searching, filtering and choosing are left out.
"""

import json
from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import Page

from cms.pages import HomePage, NoticePage

PAGE = 25


def notice_list(request: HttpRequest, parent_page_id: int | None = None) -> HttpResponseBase:
    """Every notice, published or not, newest first, for who may write one."""
    home = get_object_or_404(HomePage, pk=parent_page_id) if parent_page_id else HomePage.objects.get()
    if not home.permissions_for_user(request.user).can_add_subpage():
        raise Http404
    notices = NoticePage.objects.child_of(home).order_by("-published_on", "-pk")
    page = Paginator(notices, PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(request, "cms/notice_list.html", {"home": home, "page_obj": page})


class _NoticeWriting:
    """What writing a new notice and changing one have in common."""

    page: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_from_the_editor(request.POST.get("text", "null")):
            raise BadRequest
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_side_panels(self) -> MediaContainer:
        return MediaContainer()

    def get_edit_message_button(self) -> tuple[str, str, bool]:
        return messages.button(reverse("wagtailadmin_pages:edit", args=[self.page.pk]), "继续修改")

    get_view_draft_message_button = get_edit_message_button

    def get_view_live_message_button(self) -> tuple[str, str, bool]:
        return messages.button(reverse("notice", args=[self.page.pk]), "看通知", new_window=False)


class NoticeCreation(_NoticeWriting, CreateView):
    """A new notice, dated today unless the writer says otherwise."""

    page_title = "写通知"

    def get_page_subtitle(self) -> str:
        return ""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        self.page.published_on = timezone.localdate()
        return super().get(request)


class NoticeEditing(_NoticeWriting, EditView):
    """A notice in the editor; who else has it open is not asked for every ten seconds."""

    get_editing_sessions = staticmethod(lambda: None)


class NoticeReverting(NoticeEditing, RevisionsRevertView):
    """An earlier version of a notice in the editor."""


def _is_from_the_editor(text: str) -> bool:
    """Whether the text of a form is what the editor sends; Wagtail takes anything else for a fault of the server."""
    try:
        content = json.loads(text)
    except ValueError:
        return False
    return content is None or (isinstance(content, dict) and {"blocks", "entityMap"} <= content.keys())


class NoticeActs(ActionMenuItem):
    """发布 and 保存草稿 side by side, and 撤下 for what is published."""

    name = "notice-acts"
    template_name = "cms/notice_acts.html"


def is_about_notices(page: Page) -> bool:
    """Whether the page is a notice, or holds notices."""
    return isinstance(page.specific, NoticePage | HomePage)
