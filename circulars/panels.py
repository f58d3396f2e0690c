"""How the draft form is laid out in the Wagtail admin: one sheet of 发文稿纸, its boxes top to bottom.

A span is so many twelfths of a line; a box without one takes the whole line.
"""

from typing import Any

from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.telepath import register
from wagtail.admin.telepath.widgets import RadioSelectAdapter
from wagtail.admin.widgets import AdminAutoHeightTextInput

from circulars.draftform import ROWS, Choosing, CircularForm
from circulars.pages import CircularPage
from circulars.selections import kept, recent
from circulars.unitpicker import UnitTicks


class ServedPicker(RadioSelectAdapter):
    """A picker comes with the page; the admin's scripts make none, so that the page need not carry the register once more."""

    def js_args(self, widget: UnitTicks) -> list[str]:
        return ['<div id="__ID__"></div>']


register(ServedPicker(), UnitTicks)


class SourcesPanel(Panel):
    """Recipients chosen before: the unit's kept lists and those of its last circulars, one press to tick them again."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "circulars/sources.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            unit = self.form.issuer
            return (super().get_context_data(parent_context) or {}) | {
                "unit": unit,
                "kept": kept(unit),
                "recent": recent(unit),
            }


HEAD = [
    FieldPanel("issuer_mark"),
    FieldPanel("document_type", classname="span-3"),
    FieldPanel("direction", classname="span-3"),
    FieldPanel("urgency", classname="span-3"),
    FieldPanel("openness", classname="span-3"),
    FieldPanel("series", classname="span-6"),
    FieldPanel("retention", classname="span-3"),
    FieldPanel("signers", classname="span-3"),
    FieldPanel("redistribution", classname="span-6"),
    FieldPanel("is_important", classname="span-3"),
    FieldPanel("is_sealed", classname="span-3"),
]

TEXT = [
    FieldPanel(
        "title",
        heading="标题",
        classname="draft-form__title",
        widget=AdminAutoHeightTextInput(),
        help_text="发文机关、事由和文种，例如“延安市人民政府办公室关于……的通知”。",
    ),
    SourcesPanel(heading="从已有的发文对象勾选"),
    FieldPanel(
        "primary_groups",
        classname="draft-form__groups",
        help_text="勾选一类，就是主送这一类的全部单位；只发其中几家的，不勾类别，在下面逐个勾选。",
    ),
    FieldPanel("primary_units"),
    FieldPanel("excluded_units", help_text="列在这里的不发，文面上把“各……”印成“有关……”。"),
    FieldPanel("primary_text", help_text="留空时按上面的勾选自动生成；自己写的照印，收文单位仍以勾选为准。"),
    FieldPanel("body", classname="draft-form__body"),
    InlinePanel(
        "attachments",
        max_num=ROWS["attachments"][0],
        heading="附件",
        label="附件",
        classname="draft-form__rows",
        panels=[FieldPanel("title"), FieldPanel("file"), FieldPanel("text")],
    ),
]

FOOT = [
    FieldPanel("signatures", classname="span-8"),
    FieldPanel("written_date", classname="span-4"),
    FieldPanel("annotation", help_text="如“此件公开发布”；请示应写联系人和电话。不必写括号，印出时系统加上。"),
    FieldPanel("cc_units"),
    FieldPanel("cc_text"),
    FieldPanel("printing_office", classname="span-8"),
    FieldPanel("printing_date", classname="span-4"),
]

TIES = [
    FieldPanel(
        "countersign_units",
        help_text="内容涉及其他单位职权的，送这些单位会签；联合发文机关在签发环节各自签发，不必勾选。",
    ),
    FieldPanel("consent_reference", classname="span-6"),
    FieldPanel("special_reason", classname="span-6"),
    InlinePanel(
        "references",
        max_num=ROWS["references"][0],
        heading="来文关联",
        label="来文",
        classname="draft-form__rows",
        help_text="批复应写明所答复的请示；转发、废止、修改其他公文的，写明那份公文。",
        panels=[FieldPanel("relation", widget=Choosing), FieldPanel("title"), FieldPanel("number")],
    ),
    InlinePanel(
        "co_issuers",
        max_num=ROWS["co_issuers"][0],
        heading="联合发文",
        label="联合发文机关",
        classname="draft-form__rows",
        help_text="本单位是主办机关，不必再写；其他联合发文机关按印在文面上的次序排列。",
        panels=[FieldPanel("unit", widget=Choosing)],
    ),
]


def lay_out() -> None:
    """The draft form stands; called once when the app is ready, so that the page itself knows no form."""
    CircularPage.base_form_class = CircularForm
    CircularPage.edit_handler = ObjectList(
        [MultiFieldPanel([*HEAD, *TEXT, *FOOT, *TIES], heading="发文稿纸", classname="draft-form")]
    )
