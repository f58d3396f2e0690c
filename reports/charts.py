"""Charts of rates as markup: bars and lines in SVG, with a title, a description and the numbers as a table (Article 28).

They need no script and print in black and white: series differ by pattern, dash and mark, never by colour alone. Every text is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports.templatetags.figures import percent

Rate = Fraction | None

# Of a chart, in units of its own: the width, the column of labels, what is left right of a bar for its number.
WIDTH, LABELS, NUMBERS = 760, 230, 84
BAR, BETWEEN, AROUND = 15, 3, 12
HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 250, 52, 24, 26, 44
FILLS = ("solid", "hatched", "dotted")
DASHES = ("", "7 4", "2 3")


@dataclass(frozen=True)
class Series:
    """One thing measured at every label; None where nothing was required."""

    name: str
    rates: Sequence[Rate]


def bars(key: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """A bar for each label and series, lying, from 0 to 100 %; at most three series. ``key`` is one word, its own on the page."""
    block = len(series) * (BAR + BETWEEN) + AROUND
    height = len(labels) * block + AROUND + (26 if len(series) > 1 else 0)
    reach = WIDTH - LABELS - NUMBERS
    parts = [_axis(height - AROUND if len(series) < 2 else height - 26)]
    for place, label in enumerate(labels):
        top = AROUND + place * block
        middle = top + len(series) * (BAR + BETWEEN) / 2
        parts.append(
            format_html(
                '<text class="chart__label" x="{}" y="{}" text-anchor="end" dominant-baseline="central">{}</text>',
                LABELS - 8,
                middle,
                _short(label),
            )
        )
        for number, one in enumerate(series):
            rate, y = one.rates[place], top + number * (BAR + BETWEEN)
            length = round(float(rate) * reach, 1) if rate is not None else 0
            parts.append(
                format_html(
                    '<rect class="chart__bar" x="{}" y="{}" width="{}" height="{}" fill="url(#{}-{})"/>'
                    '<text class="chart__number" x="{}" y="{}" dominant-baseline="central">{}</text>',
                    *(LABELS, y, length, BAR, key, FILLS[number]),
                    *(LABELS + length + 6, y + BAR / 2, percent(rate)),
                )
            )
    if len(series) > 1:
        parts += [_swatch(key, number, one.name, height - 12) for number, one in enumerate(series)]
    return _figure(key, title, labels, series, height, parts, "横条长度从 0 到 100%。")


def line(key: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """A line for each series over the labels; it is broken where there is no rate. The scale begins at a tenth below the lowest and says so."""
    known = [float(rate) for one in series for rate in one.rates if rate is not None]
    lowest = max(0, int(min(known, default=0) * 10) - 1) / 10
    parts = [_grid(lowest)]
    across = (WIDTH - LEFT - RIGHT) / max(len(labels) - 1, 1)
    for place, label in enumerate(labels):
        x = LEFT + across * place
        parts.append(
            format_html(
                '<text class="chart__number" x="{}" y="{}" text-anchor="middle">{}</text>',
                round(x, 1),
                HEIGHT - BOTTOM + 20,
                label,
            )
        )
    for number, one in enumerate(series):
        points = [
            (round(LEFT + across * place, 1), _height(rate, lowest)) if rate is not None else None
            for place, rate in enumerate(one.rates)
        ]
        parts.append(_stroke(points, DASHES[number]))
        for point, rate in zip(points, one.rates, strict=True):
            if point:
                parts.append(_mark(point, number))
                parts.append(
                    format_html(
                        '<text class="chart__number" x="{}" y="{}" text-anchor="middle">{}</text>',
                        *(point[0], point[1] - 9, f"{float(rate or 0):.0%}"),
                    )
                )
    if len(series) > 1:
        parts += [_swatch(key, number, one.name, HEIGHT - 8) for number, one in enumerate(series)]
    return _figure(key, title, labels, series, HEIGHT, parts, f"纵轴从 {lowest:.0%} 到 100%。")


def _figure(
    key: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    height: float,
    parts: Sequence[SafeString],
    scale: str,
) -> SafeString:
    said = "；".join(
        f"{label}{'、'.join(f' {one.name} {percent(one.rates[place])}' for one in series)}"
        for place, label in enumerate(labels)
    )
    return format_html(
        '<figure class="chart"><figcaption class="chart__title">{}</figcaption>'
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}{}。</desc>{}{}</svg>'
        '<details class="chart__data"><summary>看数字</summary>{}</details></figure>',
        *(title, WIDTH, round(height), key, key, key, title, key, scale, said),
        _patterns(key),
        _joined(parts),
        _table(title, labels, series),
    )


def _table(title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    heads = format_html_join("", '<th scope="col" class="num">{}</th>', ((one.name,) for one in series))
    rows = [
        format_html(
            '<tr><th scope="row">{}</th>{}</tr>',
            label,
            format_html_join("", '<td class="num">{}</td>', ((percent(one.rates[place]),) for one in series)),
        )
        for place, label in enumerate(labels)
    ]
    return format_html(
        '<table class="table table--close"><caption class="visually-hidden">{}</caption><thead><tr><th scope="col"></th>{}</tr></thead>'
        "<tbody>{}</tbody></table>",
        title,
        heads,
        _joined(rows),
    )


def _patterns(key: str) -> SafeString:
    """Three fills that differ without colour."""
    return format_html(
        '<defs><pattern id="{0}-solid" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="#1f5c57"/></pattern>'
        '<pattern id="{0}-hatched" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>'
        '<path d="M-1 1l2-2M0 6l6-6M5 7l2-2" stroke="#1d2126" stroke-width="1.4"/></pattern>'
        '<pattern id="{0}-dotted" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>'
        '<circle cx="3" cy="3" r="1.3" fill="#1d2126"/></pattern></defs>',
        key,
    )


def _axis(bottom: float) -> SafeString:
    return format_html('<path class="chart__axis" d="M{} 4V{}"/>', LABELS, bottom)


def _grid(lowest: float) -> SafeString:
    """Five lines across with their rates."""
    rates = [lowest + (1 - lowest) * step / 4 for step in range(5)]
    return format_html_join(
        "",
        '<path class="chart__grid" d="M{} {}H{}"/><text class="chart__number" x="{}" y="{}" text-anchor="end" dominant-baseline="central">{}</text>',
        (
            (LEFT, _height(Fraction(rate), lowest), WIDTH - RIGHT, LEFT - 6, _height(Fraction(rate), lowest), f"{rate:.0%}")
            for rate in rates
        ),
    )  # fmt: skip


def _height(rate: Fraction, lowest: float) -> float:
    return round(TOP + (1 - (float(rate) - lowest) / (1 - lowest)) * (HEIGHT - TOP - BOTTOM), 1)


def _stroke(points: Sequence[tuple[float, float] | None], dash: str) -> SafeString:
    path, is_drawing = "", False
    for point in points:
        if point:
            path += f"{'L' if is_drawing else 'M'}{point[0]} {point[1]}"
        is_drawing = point is not None
    return format_html('<path class="chart__line" d="{}" stroke-dasharray="{}"/>', path or "M0 0", dash or "none")


def _mark(point: tuple[float, float], number: int) -> SafeString:
    x, y = point
    if number == 1:
        return format_html('<rect class="chart__mark" x="{}" y="{}" width="8" height="8"/>', x - 4, y - 4)
    if number == 2:
        return format_html('<path class="chart__mark" d="M{} {}l5 9h-10z"/>', x, y - 5)
    return format_html('<circle class="chart__mark" cx="{}" cy="{}" r="4"/>', x, y)


def _swatch(key: str, number: int, name: str, y: float) -> SafeString:
    x = LABELS + number * 150
    return format_html(
        '<rect class="chart__bar" x="{}" y="{}" width="18" height="12" fill="url(#{}-{})"/>'
        '<text class="chart__label" x="{}" y="{}" dominant-baseline="central">{}</text>',
        *(x, y - 6, key, FILLS[number], x + 24, y, name),
    )


def _joined(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _short(label: str) -> str:
    return label if len(label) <= 14 else f"{label[:13]}…"
