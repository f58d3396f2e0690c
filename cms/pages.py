"""The plain pages of the site: the home page that roots the tree, and notices for everybody signed in."""

from typing import Any

from django.db import models
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    """The root of this installation's tree; what people see at ``/`` is the desk, not this page."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]

    class Meta:
        verbose_name = "首页"
        verbose_name_plural = "首页"


class NoticePage(Page):
    """A notice of the secretariat or the network office, shown on everybody's desk."""

    published_on = models.DateField("发布日期")
    text = RichTextField("正文", features=["bold", "ol", "ul", "h3"])

    # Nothing but the text: no address, no time of publishing to come, no words for search engines.
    edit_handler = ObjectList(
        [
            FieldPanel("title", heading="标题", help_text="登录的人在收发台看到的标题。"),
            FieldPanel("published_on"),
            FieldPanel("text"),
        ],
    )
    preview_modes: list[Any] = []
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    show_in_menus_default = False
    # The review of circulars is not for notices: who may publish one publishes it.
    has_workflow = False

    def get_workflow(self) -> None:
        return None

    class Meta:
        verbose_name = "通知公告"
        verbose_name_plural = "通知公告"
