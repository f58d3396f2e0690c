"""Why a back-up was not made or not restored."""


class BackupFailed(Exception):
    """It is not done; the text is a sentence for whoever runs the machine."""
