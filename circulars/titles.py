"""How a title is quoted in a sentence: in 《》, with 〈〉 for the marks inside it (GB/T 15834)."""

from django.db.models import Q


def quoted(title: str) -> str:
    """The title between marks: 《关于印发〈办法〉的通知》."""
    return f"《{within(title)}》"


def within(title: str) -> str:
    """The title as it reads between marks that somebody else sets."""
    return title.replace("《", "〈").replace("》", "〉")


def says(title: str) -> Q:
    """Messages whose text quotes this title, with the inner marks turned or as they came."""
    return Q(text__contains=quoted(title)) | Q(text__contains=f"《{title}》")
