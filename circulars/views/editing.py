"""The editor of a draft in the Wagtail admin: two acts, putting away and handing over, and a panel that says where the draft stands.

Whatever else Wagtail offers for a page (publishing, schedules, locks, its own workflow buttons) has no way in here.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel, PreviewSidePanel
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import Page

from accounts.units import Unit
from circulars.access import draft_in_hand, own_drafts
from circulars.demands.drafting import DraftDemand
from circulars.draftform import CircularForm
from circulars.moderation import submit, void_if_changed
from circulars.origins import Origin, begun_with, key_in, note_beginning
from circulars.pages import CircularPage
from circulars.progress import asked_at_review, progress_of
from circulars.registration import Circular
from circulars.secrecycases import refuse_blocked
from circulars.selections import selection_of
from circulars.snapshots import digest_of, snapshot_of
from circulars.titles import quoted
from circulars.versions import approval_of
from circulars.views.turningaway import turn_away
from cms.lifecycles import OutOfOrder
from cms.quotes import cited


class StandingPanel(BaseSidePanel):
    """Where the draft stands, what was said of it and where its earlier versions are."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = "办理情况"
        icon_name = "info-circle"
        has_counter = False

    name = "status"
    title = "办理情况"
    template_name = "circulars/draft_standing.html"
    order = 100

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = super().get_context_data(parent_context) | {"now": timezone.localtime()}
        if self.object.pk:
            context |= {
                "progress": progress_of(self.object),
                "asked": asked_at_review(self.object) if self.object.workflow_in_progress else [],
                "demand": DraftDemand.objects.filter(pk=self.object.pk).first(),
                "decisions": self.object.decisions.select_related("by", "unit", "in_place_of"),
            }
        return context


class PagePanel(PreviewSidePanel):
    """The paper as it will be printed, beside the form."""

    class SidePanelToggle(PreviewSidePanel.SidePanelToggle):
        aria_label = "版式预览"
        icon_name = "doc-full"

    title = "版式预览"


class DraftCreation(CreateView):
    """A new draft in the section of the unit and year."""

    page_title = "起草公文"

    def get_page_subtitle(self) -> str:
        return ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _address(request, self.page, self.parent_page.specific.unit)
        return super().get(request, *args, **kwargs)

    def save_action(self) -> HttpResponseBase:
        self._put_away(clean=False)
        _say(self.request, self.form, f"{quoted(self.page.title)}已存为草稿。")
        return self.redirect_and_remain()

    def submit_action(self) -> HttpResponseBase:
        with transaction.atomic():
            self._put_away(clean=True)
            if not (self.page.workflow_in_progress or approval_of(self.page)):
                submit(self.page, by=self.request.user, at=timezone.now(), declared=self.form.is_declared)
        _say(self.request, self.form, f"{quoted(self.page.title)}已送审。下一步：核稿。")
        _say_what_is_asked(self.request, self.page)
        return redirect("circulars:drafts")

    def form_invalid(self, form: CircularForm) -> HttpResponseBase:
        turn_away(self.request, form)
        self.has_unsaved_changes = True
        return self.render_to_response(self.get_context_data())

    @transaction.atomic
    def _put_away(self, *, clean: bool) -> None:
        """The draft is in its section; the same text from the same form once more is the draft that stands there already."""
        self.page = self.form.save(commit=False)
        self.page.live = False
        Page.objects.select_for_update().get(pk=self.parent_page.pk)
        key = key_in(self.request.POST)
        first = begun_with(key, self.request.user)
        if first and _says_the_same(first, self.page):
            self.page = first
            return
        self.parent_page.add_child(instance=self.page)
        self.page.save_revision(user=self.request.user, log_action=True, clean=clean)
        note_beginning(self.page, Origin.Kind.EMPTY, key, at=timezone.now())
        self.subscription.page = self.page
        self.subscription.save()

    def get_side_panels(self) -> MediaContainer:
        return _side_panels(self)


class DraftEditing(EditView):
    """A draft of one's own, locked while it is on its way."""

    page: CircularPage
    # A draft is taken back by ``moderation.withdraw``, which the ledger hears of.
    is_cancelling_workflow = False
    # Nobody else writes in a draft; what another window saved is told on saving.
    get_editing_sessions = staticmethod(lambda: None)

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponseBase:
        own = own_drafts(request.user)
        if registered := own.filter(pk=page_id, circular__isnull=False).select_related("circular").first():
            number, is_void = registered.circular.number, registered.circular.state == Circular.State.VOIDED
            standing = f"的文号{number}已作废" if is_void else f"已登记为{number}"
            messages.error(request, f"{quoted(registered.title)}{standing}，不能再改。要更正，请另行发文。")
            return redirect("circulars:drafts")
        if draft_in_hand(request.user, page_id):
            return redirect("circulars:decide", page_id)
        return super().dispatch(request, page_id, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.lock and (approval := approval_of(self.page)):
            messages.warning(request, f"这份文稿已由{approval.approved_by}签发。改动后再保存，原签发失效，须重新送审。")
        if not self.lock:
            _address(request, self.page, self.page.issuer)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.expects_json_response or "overwrite_revision_id" in request.POST:
            # Background saving is off: it would rewrite a version in place.
            raise Http404
        return super().post(request, *args, **kwargs)

    @cached_property
    def action_name_and_method(self) -> Any:
        if self.request.POST.get("action-submit") and self.page_perms.can_submit_for_moderation():
            return "submit", self.submit_action
        return "save", self.save_action

    def form_valid(self, form: CircularForm) -> HttpResponseBase:
        if self.is_out_of_date:
            return self._refused(
                "这份文稿刚在别的窗口保存过，这里还没有保存。您写的都在下面；要用它代替刚保存的，请再保存一次。"
            )
        try:
            return super().form_valid(form)
        except (OutOfOrder, PermissionDenied) as refused:
            return self._refused(str(refused))

    def form_invalid(self, form: CircularForm) -> HttpResponseBase:
        if self.locked_for_user and not form.marked:
            return super().form_invalid(form)
        turn_away(self.request, form)
        self.has_unsaved_changes = True
        return self.render_to_response(self.get_context_data())

    def save_action(self) -> HttpResponseBase:
        with transaction.atomic():
            voided = self._put_away(clean=False)
        _say(self.request, self.form, f"{quoted(self.page.title)}已存为草稿。", voided=voided)
        return self.redirect_and_remain()

    def submit_action(self) -> HttpResponseBase:
        with transaction.atomic():
            voided = self._put_away(clean=True)
            submit(self.page, by=self.request.user, at=timezone.now(), declared=self.form.is_declared)
        _say(self.request, self.form, f"{quoted(self.page.title)}已送审。下一步：核稿。", voided=voided)
        _say_what_is_asked(self.request, self.page)
        return redirect("circulars:drafts")

    def _put_away(self, *, clean: bool) -> bool:
        """The text is the draft's latest; returns whether an approval became void by it."""
        standing = CircularPage.objects.select_for_update().get(pk=self.page.pk)
        refuse_blocked(standing)
        if hasattr(standing, "circular") or standing.workflow_in_progress:
            raise OutOfOrder("文稿刚刚送审或登记，不能再改；您写的还在下面，没有保存。")
        self.page = self.form.save(commit=True)
        self.subscription.save()
        self.page.save_revision(
            user=self.request.user, log_action=True, previous_revision=self.previous_revision, clean=clean
        )
        return void_if_changed(self.page, by=self.request.user, at=timezone.now())

    def _refused(self, sentence: str) -> HttpResponseBase:
        """Nothing is saved; what was typed stays in the form."""
        messages.error(self.request, sentence)
        # The form speaks of the version that stands, not of one that was rolled back.
        self.page.latest_revision = self.latest_revision
        self.form.restore_required_fields()
        self.has_unsaved_changes = True
        return self.render_to_response(self.get_context_data())

    def get_side_panels(self) -> MediaContainer:
        return _side_panels(self)


class DraftReverting(DraftEditing, RevisionsRevertView):
    """An earlier version in the editor; saving it makes it the latest."""


def _says_the_same(first: CircularPage, page: CircularPage) -> bool:
    """Whether a draft put away before, registered or not, has the text of this one."""
    return digest_of(snapshot_of(first.get_latest_revision_as_object())) == digest_of(snapshot_of(page))


def _side_panels(view: DraftCreation | DraftEditing) -> MediaContainer:
    preview = PagePanel(view.page, view.request, preview_url=view.get_preview_url())
    return MediaContainer([StandingPanel(view.page, view.request), preview])


def _address(request: HttpRequest, page: CircularPage, unit: Unit) -> None:
    """The recipients asked for by ``?recipients=`` are ticked in the form; nothing is saved."""
    source = request.GET.get("recipients")
    if not source:
        return
    found = selection_of(unit, source)
    if found is None:
        messages.error(request, "没有找到这个发文对象，没有勾选。")
        return
    found.put_on(page)
    messages.info(request, f"已按{cited(found.name)}勾选，保存后生效。")
    if found.warning:
        messages.warning(request, found.warning)


def _say(request: HttpRequest, form: CircularForm, done: str, *, voided: bool = False) -> None:
    """What was done, and what the drafter should know of it."""
    messages.success(request, done)
    if voided:
        messages.warning(request, "签发后有改动，原签发已失效，须重新送审；审签过的人都会收到消息。")
    for notice in form.notices():
        messages.warning(request, notice)


def _say_what_is_asked(request: HttpRequest, page: CircularPage) -> None:
    """What the reviewer now answers for; who sees it only here may still take the draft back."""
    if asked := asked_at_review(page):
        sentences = "".join(problem.sentence for problem in asked)
        messages.info(request, f"核稿人要核对下列提示，须先改的可以撤回送审：{sentences}")
