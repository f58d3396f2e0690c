"""The draft of a circular as an editor meets it: a page with every element as a typed field (Articles 3, 4 and 9).

A page that is not live is rewritten from its revision at every save, so no state, number or digest lives here: the page is the
draft, ``circulars.registration.Circular`` is the record. Next: ``circulars/moderation.py``, which takes a draft to its approval.
"""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet

from accounts.units import Unit
from circulars.bodytext import clean, clean_line, too_much, without_brackets
from circulars.deadlines import Urgency
from circulars.layouts import Direction, DocumentType, Openness, Redistribution, Retention
from circulars.numbering import Series, normalised
from circulars.pagepermissions import CircularPermissionTester, SectionPermissionTester
from cms.areas import Area
from cms.attachmentfield import AttachmentKey

# States of a secrecy case in which nobody reads its paper (``circulars.secrecycases``).
SHUT = ("blocked", "confirmed", "purged")


def about_paper(page: int) -> str:
    """How a message says that it speaks of the paper with this draft, before and after it is registered."""
    return f"circulars.circularpage:{page}"


# What the framework fills in on a page and the keys of the database hold: asked of each beforehand, it is a query for every one of them.
_HELD_BY_KEYS = frozenset({"content_type", "locale", "owner", "path", "translation_key"})


class SectionPage(Page):
    """Where the drafts of one issuing unit and one year lie."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sections", verbose_name="发文单位")
    year = models.PositiveSmallIntegerField("年份")

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["circulars.CircularPage"]
    content_panels: list[Any] = []
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []
    show_in_menus_default = False

    class Meta:
        verbose_name = "发文栏目"
        verbose_name_plural = "发文栏目"
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="section_per_unit_and_year")]

    def permissions_for_user(self, user: Any) -> SectionPermissionTester:
        return SectionPermissionTester(user, self)

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Sections are opened by ``sections.open_section`` with their group's rights, never by hand."""
        return False


class CircularPageQuerySet(PageQuerySet):
    def in_sections_of(self, units: Collection[int]) -> "CircularPageQuerySet":
        """Drafts that lie in the sections of these units."""
        sections = SectionPage.objects.filter(unit__in=units).values_list("path", flat=True)
        return self.filter(reduce(or_, (Q(path__startswith=path) for path in sections), Q(pk__in=[])))

    def unregistered(self) -> "CircularPageQuerySet":
        """Drafts that have not become circulars."""
        return self.filter(circular__isnull=True)

    def unblocked(self) -> "CircularPageQuerySet":
        """Drafts that no secrecy case has shut (Article 5)."""
        return self.exclude(secrecy_cases__state__in=SHUT)


class CircularPage(Page):
    """One draft: the elements of a circular and its text."""

    document_type = models.CharField("文种", max_length=20, choices=DocumentType.choices, default=DocumentType.NOTICE)
    direction = models.CharField("行文方向", max_length=10, choices=Direction.choices, default=Direction.DOWNWARD)
    series = models.ForeignKey(
        Series,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="文号系列",
        help_text="只选系列，文号在签发后复核登记时由系统编排。",
    )
    urgency = models.CharField("紧急程度", max_length=15, choices=Urgency.choices, default=Urgency.NORMAL)
    issuer_mark = models.CharField(
        "发文机关标志", max_length=120, help_text="红头上的字样，如“延安市人民政府办公室文件”。"
    )
    signers = models.CharField(
        "签发人", max_length=120, blank=True, help_text="上行文必填；联合行文多名签发人用顿号隔开。"
    )
    primary_text = models.TextField("主送机关（印在文面上）", blank=True, help_text="留空时按下面勾选的单位自动生成。")
    primary_groups = models.CharField("主送类别", max_length=200, blank=True)
    primary_units = ParentalManyToManyField(Unit, blank=True, related_name="+", verbose_name="主送单位")
    excluded_units = ParentalManyToManyField(
        Unit,
        blank=True,
        related_name="+",
        verbose_name="主送类别中不发的单位",
        help_text="勾选了类别、但其中不发的几家。",
    )
    cc_text = models.TextField("抄送机关（印在文面上）", blank=True, help_text="留空时按勾选的单位自动生成。")
    cc_units = ParentalManyToManyField(Unit, blank=True, related_name="+", verbose_name="抄送单位")
    body = models.TextField(
        "正文",
        help_text="每段一行。层次序数依次用“一、”“（一）”“1.”“（1）”；表格可从 WPS 表格或 Excel 直接粘贴，"
        "或每行写成“|甲|乙|”。",
    )
    signatures = models.TextField("发文机关署名", blank=True, help_text="每行一个；纪要不署名。")
    written_date = models.DateField("成文日期", null=True, blank=True, help_text="留空时以签发日期为成文日期。")
    annotation = models.CharField(
        "附注", max_length=200, blank=True, help_text="如“此件公开发布”；请示应写联系人和电话。"
    )
    printing_office = models.CharField("印发机关", max_length=100, blank=True)
    printing_date = models.DateField("印发日期", null=True, blank=True, help_text="留空时以复核登记日期为印发日期。")
    openness = models.CharField("公开属性", max_length=12, choices=Openness.choices, default=Openness.INTERNAL)
    retention = models.CharField("保管期限", max_length=10, choices=Retention.choices, default=Retention.TEN_YEARS)
    redistribution = models.CharField(
        "转发范围", max_length=10, choices=Redistribution.choices, default=Redistribution.FREE
    )
    is_important = models.BooleanField("重要公文", default=False, help_text="由主要负责人签发；上行文一律如此。")
    is_sealed = models.BooleanField("加盖印章", default=True, help_text="纪要不加盖印章。")
    countersign_units = ParentalManyToManyField(
        Unit,
        blank=True,
        related_name="+",
        verbose_name="会签单位",
        help_text="内容涉及其他单位职权的，送这些单位会签；联合发文机关在签发环节各自签发，不必勾选。",
    )
    consent_reference = models.CharField(
        "同意依据", max_length=200, blank=True, help_text="经本级政府同意行文的，写明同意的文号或批示日期。"
    )
    special_reason = models.CharField(
        "特殊情况说明", max_length=200, blank=True, help_text="越级行文、向领导个人报送等特殊情况的理由。"
    )

    title: str
    slug: str

    # Set by the form of a draft that has no place in the tree yet; else what was read of it once.
    section_unit: Unit | None = None

    # Nobody searches drafts or asks what refers to them (``config.doorkeeper``): Wagtail keeps no copy of their titles, and no list of their keys.
    search_fields: list[Any] = []
    wagtail_reference_index_ignore = True

    objects = PageManager.from_queryset(CircularPageQuerySet)()

    template = "circulars/preview.html"
    parent_page_types = ["circulars.SectionPage"]
    subpage_types: list[str] = []
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []
    show_in_menus_default = False

    class Meta:
        verbose_name = "公文"
        verbose_name_plural = "公文"

    def permissions_for_user(self, user: Any) -> CircularPermissionTester:
        return CircularPermissionTester(user, self)

    @property
    def issuer(self) -> Unit:
        """The issuing body, the lead one of a joint circular: the unit of the section."""
        if self.section_unit is None:
            self.section_unit = Unit.objects.get(sections__path=self.path[: -self.steplen])
        return self.section_unit

    @property
    def area(self) -> Area:
        """The area by whose rules the draft is worked on and its circular goes out: that of its series, else of its issuer (Article 29)."""
        return (self.series and self.series.area) or self.issuer.area

    @property
    def issuers(self) -> list[Unit]:
        """All issuing bodies in the order printed, the lead body first."""
        return [self.issuer, *(row.unit for row in self.co_issuers.all())]

    @property
    def is_blocked(self) -> bool:
        """Whether a secrecy case has shut the draft, and what came of it, for everybody (Article 5)."""
        return self.pk is not None and self.secrecy_cases.filter(state__in=SHUT).exists()

    def tidy(self) -> None:
        """Every text stands as it is kept, and the page has its address in the tree."""
        if not self.slug:
            self.slug = f"gw-{uuid4().hex[:16]}"
        self.title = clean_line(self.title)
        for field in ("issuer_mark", "signers", "annotation", "printing_office", "consent_reference", "special_reason"):
            setattr(self, field, clean_line(getattr(self, field)))
        self.annotation = without_brackets(self.annotation)
        for field in ("body", "primary_text", "cc_text", "signatures"):
            setattr(self, field, clean(getattr(self, field)))

    def full_clean(self, exclude: Collection[str] | None = None, **kwargs: Any) -> None:
        self.tidy()
        super().full_clean(exclude={*(exclude or ()), *_HELD_BY_KEYS}, **kwargs)

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """What was typed; the rest is the page's own and never that of a revision."""
        typed = {name: value for name, value in data.items() if name not in _HELD_BY_KEYS}
        return super().from_serializable_data(typed, *args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        draft = super().with_content_json(content)
        draft.section_unit = self.issuer
        return draft

    def get_latest_revision_as_object(self) -> Any:
        """The draft as it was last put away; this page, if it never was."""
        revision = self.latest_revision
        return self.with_content_json(revision.content) if revision else self

    def is_site_root(self) -> bool:
        return False

    def serve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Never from the tree: who may read a circular reads it on the desk."""
        raise Http404

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """One size, read in the column beside the form; the sheet itself opens in a window of its own."""
        return [{"name": "sheet", "icon": "doc-full", "device_width": 480, "label": "按栏宽预览"}]

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        from circulars.sheets import with_pictures

        return with_pictures(super().serve_preview(request, mode_name))

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        from circulars.paper import paper_of
        from circulars.renditions import set_draft
        from circulars.sheets import PREVIEW_WIDTH, sheets
        from circulars.snapshots import snapshot_of

        return {
            **super().get_preview_context(request, mode_name),
            "paper": paper_of(snapshot_of(self), number="", watermark="草稿"),
            "sheets": sheets(lambda: set_draft(self, today=timezone.localdate()), width=PREVIEW_WIDTH),
        }


class CoIssuer(Orderable):
    """A further body of a joint circular (联合行文), in the order printed."""

    page = ParentalKey(CircularPage, on_delete=models.CASCADE, related_name="co_issuers")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="联合发文机关")

    class Meta(Orderable.Meta):
        verbose_name = "联合发文机关"
        verbose_name_plural = "联合发文机关"

    def __str__(self) -> str:
        return str(self.unit)


class DraftAttachment(Orderable):
    """One attachment of a draft: a file as it is, or text typed here."""

    page = ParentalKey(CircularPage, on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField("附件名称", max_length=150)
    file = AttachmentKey(verbose_name="上传文件")
    file_name = models.CharField("文件名", max_length=150, blank=True, editable=False)
    text = models.TextField("或直接录入文字", blank=True)

    class Meta(Orderable.Meta):
        verbose_name = "附件"
        verbose_name_plural = "附件"

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        self.title = clean_line(self.title)
        self.text = clean(self.text)
        uploaded_name = getattr(self.file, "uploaded_name", "")
        if uploaded_name:
            self.file_name = uploaded_name
        if self.file_id is None:
            self.file_name = ""
        if self.file_id and self.text:
            raise ValidationError({"text": "上传了文件就不要再录入文字，请保留一种。"})
        if why := too_much(self.text):
            raise ValidationError({"text": f"录入的{why}"})


class Relation(models.TextChoices):
    REPLIES_TO = "replies_to", "答复"
    FORWARDS = "forwards", "转发"
    REPEALS = "repeals", "废止"
    AMENDS = "amends", "修改"
    CORRECTS = "corrects", "更正"
    ANNULS = "annuls", "作废"
    REISSUES = "reissues", "更正后重发"


# What a notice does to a circular that was sent; it must reach all who hold it (``circulars.amending``).
AMENDING = (Relation.CORRECTS, Relation.ANNULS)


class Reference(Orderable):
    """A paper that the draft refers to, by title and number."""

    page = ParentalKey(CircularPage, on_delete=models.CASCADE, related_name="references")
    relation = models.CharField("关系", max_length=12, choices=Relation.choices)
    title = models.CharField("来文标题", max_length=200)
    number = models.CharField("来文字号", max_length=60, blank=True)
    circular = models.ForeignKey(
        "circulars.Circular",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="公文",
    )

    class Meta(Orderable.Meta):
        verbose_name = "来文关联"
        verbose_name_plural = "来文关联"

    def __str__(self) -> str:
        return f"{self.get_relation_display()} {self.title}"

    def clean(self) -> None:
        super().clean()
        self.number = normalised(clean_line(self.number)).text
