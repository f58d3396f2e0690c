"""What who has just decided on a draft is told: what was done, and who acts next (regulation arts. 20 to 25)."""

from circulars.pages import CircularPage
from circulars.titles import quoted
from circulars.turns import Step, Turn


def sentence_after(turn: Turn, action: str, to_step: str = "") -> str:
    """One sentence of the act on this seat and one of what comes of it; ask when the act is done."""
    if action == "return":
        where, following = _where_back(to_step), "各经办人都会收到消息。"
    else:
        where, following = _spoken(Step(turn.step), action), _following(turn.page, Step(turn.step), action)
    return f"{where}：{quoted(turn.page.title)}。{following}"


def _where_back(to_step: str) -> str:
    return f"已退回{Step(to_step).label}环节" if to_step else "已退回拟稿人"


def _spoken(step: Step, action: str) -> str:
    if action == "object":
        return f"{step.label}已写明不同意"
    return "已签发" if step is Step.APPROVE else f"{step.label}已同意"


def _following(page: CircularPage, step: Step, action: str) -> str:
    """Who acts next, as the open seats say it; with none left the draft is approved, or back with its drafter."""
    waiting = Turn.objects.open().filter(page=page.pk).select_related("unit").order_by("pk")
    if same := [turn for turn in waiting if turn.step == step]:
        names = "、".join(str(turn.unit) for turn in same if turn.unit)
        return f"还要等{names}{step.label}。"
    if waiting:
        return f"下一步：{Step(waiting[0].step).label}。"
    if page.versions.approved().exists():
        return "下一步：登记员复核登记，编发文字号。"
    return "有单位不同意，已退回拟稿人。"
