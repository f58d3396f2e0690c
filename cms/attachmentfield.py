"""How a form takes in a file: a key to an attachment whose form field is an upload that survives a rejected form."""

import hashlib
import logging
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models

from cms.attachments import Attachment, clean_name, keep
from cms.diskwords import disk_words
from cms.quotes import cited

logger = logging.getLogger(__name__)

_SALT = "attachment-kept"


class AttachmentWidget(forms.FileInput):
    """A file input that also remembers, signed, what was uploaded before."""

    template_name = "cms/attachment_input.html"
    needs_multipart_form = True

    def format_value(self, value: Any) -> Any:
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        attachment = value if isinstance(value, Attachment) else Attachment.objects.filter(pk=value).first()
        label = getattr(attachment, "uploaded_name", "")
        context["widget"]["kept"] = attachment
        context["widget"]["kept_label"] = label
        context["widget"]["kept_name"] = f"{name}-kept"
        context["widget"]["kept_token"] = signing.dumps([attachment.pk, label], salt=_SALT) if attachment else ""
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[Any, str]:
        return files.get(name), data.get(f"{name}-kept", "")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-kept" not in data


class AttachmentUpload(forms.Field):
    """Cleans to an ``Attachment`` (its ``uploaded_name`` set when it has just come in) or None.

    A bad file is refused with the sentence of ``cms.attachments.check``, any file with another while the disk takes none.
    """

    widget = AttachmentWidget

    def clean(self, value: Any) -> Attachment | None:
        upload, token = value or (None, "")
        if upload:
            kept = _kept(upload)
            kept.uploaded_name = clean_name(upload.name)  # type: ignore[attr-defined]
            return kept
        remembered = _remembered(token)
        if remembered is not None and not remembered.await_holder():
            remembered = None
        if remembered is None and (name := _name_in(token)):
            raise ValidationError(
                f"{cited(name)}已不在系统里（上传后一天内没有保存的文件会自动清理），请重新选择。",
                code="attachment-gone",
            )
        return remembered

    def bound_data(self, data: Any, initial: Any) -> Any:
        upload, token = data or (None, "")
        if upload:
            upload.seek(0)
            digest = hashlib.file_digest(upload, "sha256").hexdigest()
            return _named(Attachment.objects.filter(digest=digest).first(), clean_name(upload.name))
        return _remembered(token)

    def has_changed(self, initial: Any, data: Any) -> bool:
        upload, token = data or (None, "")
        remembered = _remembered(token)
        return bool(upload) or (remembered.pk if remembered else None) != (initial or None)


class AttachmentKey(models.ForeignKey):
    """A foreign key to ``Attachment``, never cascading, that a form shows as an upload."""

    def __init__(self, verbose_name: str = "文件", **kwargs: Any):
        kwargs.update(
            {"to": "cms.Attachment", "on_delete": models.PROTECT, "related_name": "+", "null": True, "blank": True}
        )
        super().__init__(verbose_name=verbose_name, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("to", "on_delete", "related_name", "null", "blank"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> AttachmentUpload:
        return AttachmentUpload(label=self.verbose_name, help_text=self.help_text, required=False)


def _kept(upload: Any) -> Attachment:
    try:
        return keep(upload.name, upload)
    except OSError as failed:
        logger.exception("An upload could not be kept.")
        raise ValidationError(
            f"{cited(clean_name(upload.name))}没有存下来（{disk_words(failed)}），请联系网信办处理后重新上传。",
            code="attachment-not-kept",
        ) from failed


def _remembered(token: str) -> Attachment | None:
    """The attachment of a token, with the name it was uploaded under while no row has kept that name."""
    pk, name = _said_by(token)
    return _named(Attachment.objects.filter(pk=pk).first(), name) if pk else None


def _name_in(token: str) -> str:
    """The name of the file that a token was made for."""
    pk, name = _said_by(token)
    return (name or "原来上传的文件") if pk else ""


def _said_by(token: str) -> tuple[int | None, str]:
    try:
        pk, name = signing.loads(token, salt=_SALT) if token else (None, "")
    except signing.BadSignature:
        return None, ""
    return pk, name


def _named(attachment: Attachment | None, name: str) -> Attachment | None:
    if attachment is not None:
        attachment.uploaded_name = name  # type: ignore[attr-defined]
    return attachment
