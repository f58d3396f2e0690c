"""How a sentence cites what somebody typed: in “”, with ‘’ for the marks inside it (GB/T 15834)."""


def cited(words: object) -> str:
    """The words between marks of their own: “缺‘附件2’的说明”."""
    return f"“{str(words).replace('“', '‘').replace('”', '’')}”"
