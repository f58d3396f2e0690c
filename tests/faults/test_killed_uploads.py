"""A process is killed in the middle of an upload: the file is there whole, or not at all (F22; Article 5)."""

import hashlib
import os
import subprocess
import sys

from django.core.files.uploadedfile import SimpleUploadedFile

from cms.attachments import Attachment, keep, place_of
from tests.databases import ROOT
from tests.faults.dyingupload import POINTS, content_of
from tests.faults.tally import times
from tests.faults.test_killed_acts import SETTINGS


def test_killed_in_the_middle_of_an_upload_there_is_a_whole_file_or_none(real_database, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path / "attachments"
    uploads = times(len(POINTS), 200)
    place = {"VAR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.dyingupload"],
        cwd=ROOT,
        env=os.environ | SETTINGS | place,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for n in range(uploads):
            process.stdin.write(f"{n}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "gone\n"
            digest = hashlib.sha256(content_of(n)).hexdigest()
            row = Attachment.objects.filter(digest=digest).first()
            assert bool(row) == (POINTS[n % len(POINTS)] == "after the COMMIT")
            if row:
                assert row.is_intact()
            elif place_of(digest).exists():
                assert place_of(digest).read_bytes() == content_of(n)
            keep(f"{n}.txt", SimpleUploadedFile(f"{n}.txt", content_of(n)))  # whoever uploads it again has it
            assert Attachment.objects.get(digest=digest).is_intact()
