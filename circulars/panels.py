"""How the draft form is laid out in the Wagtail admin: one sheet of 发文稿纸, its boxes top to bottom.

Spans are twelfths of a line; without one a box takes the whole line.
"""

from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.widgets import AdminAutoHeightTextInput

from circulars.forms import CircularForm
from circulars.pages import CircularPage

HEAD = [
    FieldPanel("issuer_mark", classname="span-9"),
    FieldPanel("document_type", classname="span-3"),
    FieldPanel("series", classname="span-6", help_text="只选系列，文号在签发后复核登记时由系统编排。"),
    FieldPanel("direction", classname="span-3"),
    FieldPanel("urgency", classname="span-3"),
    FieldPanel("openness", classname="span-3"),
    FieldPanel("retention", classname="span-3"),
    FieldPanel("signers", classname="span-6", help_text="上行文必填；联合行文的多名签发人用顿号隔开。"),
]

TEXT = [
    FieldPanel(
        "title",
        classname="draft-form__title",
        widget=AdminAutoHeightTextInput(),
        help_text="发文机关＋事由＋文种，例如“延安市人民政府办公室关于……的通知”。",
    ),
    FieldPanel(
        "primary_groups", help_text="勾选一类，就是主送这一类的全部单位；只发其中几家的，不勾类别，在下面逐个勾选。"
    ),
    FieldPanel("primary_units"),
    FieldPanel("primary_text", heading="主送机关（印在文面上）", help_text="留空时按勾选的类别和单位自动生成。"),
    FieldPanel(
        "body",
        classname="draft-form__body",
        help_text="每段一行。层次序数依次用“一、”“（一）”“1.”“（1）”；表格可从 WPS 表格或 Excel 直接粘贴，"
        "或每行写成“|甲|乙|”。",
    ),
    InlinePanel(
        "attachments",
        heading="附件",
        label="附件",
        classname="draft-form__rows",
        panels=[FieldPanel("title"), FieldPanel("file"), FieldPanel("text")],
    ),
]

FOOT = [
    FieldPanel("signatures", classname="span-8", help_text="每行一个；纪要不署名。"),
    FieldPanel("written_date", classname="span-4", help_text="留空时以签发日期为成文日期。"),
    FieldPanel("annotation", help_text="如“此件公开发布”；请示应写联系人和电话。"),
    FieldPanel("cc_units"),
    FieldPanel("cc_text", heading="抄送机关（印在文面上）", help_text="留空时按勾选的单位自动生成。"),
    FieldPanel("printing_office", classname="span-8"),
    FieldPanel("printing_date", classname="span-4", help_text="留空时以复核登记日期为印发日期。"),
    InlinePanel(
        "references",
        heading="来文关联",
        label="来文",
        classname="draft-form__rows",
        help_text="批复应写明所答复的请示；转发、废止、修改其他公文的，写明那份公文。",
        panels=[FieldRowPanel([FieldPanel("relation"), FieldPanel("number")]), FieldPanel("title")],
    ),
    InlinePanel(
        "co_issuers",
        heading="联合发文",
        label="联合发文机关",
        classname="draft-form__rows",
        help_text="本单位是主办机关，不必再写；其他联合发文机关按印在文面上的次序排列。",
        panels=[FieldPanel("unit")],
    ),
]


def lay_out() -> None:
    """The draft form stands; called once when the app is ready, so that the page itself knows no form."""
    CircularPage.base_form_class = CircularForm
    CircularPage.edit_handler = ObjectList(
        [MultiFieldPanel([*HEAD, *TEXT, *FOOT], heading="发文稿纸", classname="draft-form")]
    )
