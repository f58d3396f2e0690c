"""The Wagtail admin as this site has it: its own look and menu, notices as plain pages, and no screen that leads elsewhere."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.defaults import page_not_found
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem, admin_menu
from wagtail.admin.ui.components import Component
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page
from wagtail.query import PageQuerySet

from cms.notices import NoticeActs, NoticeCreation, NoticeEditing, NoticeReverting, is_about_notices, notice_list
from cms.pages import HomePage
from cms.pageviews import FencedPages


class PlainPages(FencedPages):
    """Notices: written, published, taken down, deleted; never copied, moved, searched or hidden behind a password."""

    model = Page
    add_view_class = NoticeCreation
    edit_view_class = NoticeEditing
    revisions_revert_view_class = NoticeReverting
    index_view = staticmethod(notice_list)
    OPEN = (
        "add",
        "delete",
        "edit",
        "history",
        "history_results",
        "index",
        "revisions_compare",
        "revisions_revert",
        "unpublish",
    )


class Home(FencedPages):
    """The home page roots the tree and has no text; nobody edits or removes it."""

    model = HomePage
    parent_models = ()


@hooks.register("register_admin_viewset")
def page_views() -> list[FencedPages]:
    return [PlainPages(), Home()]


class NoLibrary:
    """An empty shelf: Wagtail's scripts ask where images and documents are, and this site keeps neither."""

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [path("", page_not_found, {"exception": None}, name="listing")]


@hooks.register("construct_admin_api")
def no_libraries(api: WagtailAPIRouter) -> None:
    for shelf in ("images", "documents"):
        api.register_endpoint(shelf, NoLibrary)


@hooks.register("insert_global_admin_css")
def look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("desk/admin.css"))


@hooks.register("insert_global_admin_js")
def lock() -> SafeString:
    """A desk locks at the admin as well, and whoever types there for long is not taken for gone."""
    return format_html(
        '<script src="{}" data-idle-minutes="{}"></script>', static("desk/lock.js"), settings.DESK_IDLE_MINUTES
    )


@hooks.register("construct_main_menu", order=-10)
def menu(request: Any, items: list[MenuItem]) -> None:
    """The way back to the desk and, for who writes notices, the notices; other apps add theirs."""
    # The side bar greets by first name; our people have one name.
    request.user.first_name = request.user.name
    # A whole address: the side bar would mark "/" as the place where one is on every page.
    items[:] = [MenuItem("收发台", request.build_absolute_uri("/"), name="desk", icon_name="home", order=10)]
    home = HomePage.objects.first()
    if home and home.permissions_for_user(request.user).can_add_subpage():
        notices = reverse("wagtailadmin_explore", args=[home.pk])
        items.append(MenuItem("通知公告", notices, name="notices", icon_name="doc-full", order=50))


@hooks.register("construct_help_menu")
@hooks.register("construct_reports_menu")
@hooks.register("construct_settings_menu")
@hooks.register("construct_homepage_summary_items")
def nothing(request: HttpRequest, items: list[Any]) -> None:
    """Wagtail's guides, reports, settings and counts have no place on this site."""
    items.clear()


class Threshold(Component):
    """The first page of the admin: the same ways as in the menu."""

    template_name = "cms/threshold.html"
    order = 100

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        ways = admin_menu.menu_items_for_request(parent_context["request"])
        return {"ways": sorted(ways, key=lambda item: item.order)}


@hooks.register("construct_homepage_panels")
def threshold(request: HttpRequest, panels: list[Component]) -> None:
    panels[:] = [Threshold()]


@hooks.register("construct_page_action_menu", order=-10)
def notice_acts(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Notices are published by who writes them; only circulars are reviewed."""
    if is_about_notices(context.get("page") or context["parent_page"]):
        items[:] = [NoticeActs()]


@hooks.register("construct_page_chooser_queryset")
def nothing_to_choose(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """No form here refers to a page, so the chooser shows none."""
    return pages.none()
