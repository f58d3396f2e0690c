"""A file handed in where nothing lies yet: what is refused leaves nothing, and takes little to refuse."""

import tracemalloc
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from cms.attachments import Attachment, clean_name, keep


@pytest.fixture
def empty_store(settings, tmp_path):
    """An empty private store."""
    settings.ATTACHMENTS_ROOT = tmp_path / "attachments"
    return settings.ATTACHMENTS_ROOT


@pytest.fixture
def refused(empty_store):
    """The file is turned away with this code and these words, and nothing of it is left."""

    def refused(name, content, code, *words):
        with pytest.raises(ValidationError) as turned_away:
            keep(name, SimpleUploadedFile(name or "x", content))
        (sentence,) = turned_away.value.messages
        assert turned_away.value.code == f"attachment-{code}", (name, sentence)
        assert sentence.startswith(f"“{clean_name(name)}”")
        assert sentence.endswith("。")
        assert all(word in sentence for word in words), sentence
        assert not Attachment.objects.exists()
        assert not empty_store.exists() or not list(empty_store.iterdir())

    return refused


def kept(name, content):
    return keep(name, SimpleUploadedFile(name, content))


@contextmanager
def little_memory(most=24 * 1024**2):
    """What is done in it holds no more than so many bytes at any moment."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()
