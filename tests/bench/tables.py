"""What a run found, as a person reads it."""

from typing import Any

HEADINGS = ("scene", "measure", "bare", "ours", "ratio", "aim", "queries")


def printed(found: dict[str, Any]) -> str:
    """The table of one engine, and below it what each scene has to add."""
    rows = [HEADINGS, *(_cells(figure) for figure in found["figures"])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([found["database"], *lines, *(f"· {remark}" for remark in found["remarks"]), ""])


def _cells(figure: dict[str, Any]) -> tuple[str, ...]:
    aim = figure["aim"]
    return (
        figure["scene"],
        figure["measure"],
        _number(figure["bare"]),
        _number(figure["ours"]),
        f"{figure['ratio']:.2f}",
        "" if aim is None else f"≤ {aim:g}{'' if figure['ratio'] <= aim else ' over'}",
        "" if figure["queries"] is None else str(figure["queries"]),
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    first = 2  # words to the left, numbers to the right
    cells = [
        cell.ljust(width) if column < first else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
