"""Drafts as Word and WPS save them, put together part by part."""

import zipfile
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr><w:rFonts w:eastAsia="仿宋"/>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inside: str, jc: str = "", num: tuple[int, int] | None = None, style: str = "", mark: str = "") -> str:
    """A paragraph; whatever is no markup becomes a run."""
    own = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num:
        own += f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>'
    own += f'<w:jc w:val="{jc}"/>' if jc else ""
    own += f"<w:rPr>{mark}</w:rPr>" if mark else ""
    runs = "".join(each if each.startswith("<") else run(each) for each in inside)
    return f"<w:p><w:pPr>{own}</w:pPr>{runs}</w:p>"


def tc(*inside: str, look: str = "") -> str:
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{''.join(p(each) if not each.startswith('<') else each for each in inside)}</w:tc>"


def tbl(*rows: list[str]) -> str:
    written = "".join(f"<w:tr>{''.join(c if c.startswith('<') else tc(c) for c in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{written}</w:tbl>"


def level(place: int, style: str, text: str, start: int = 1, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


OFFICIAL = (
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "decimal", "(%4)"),
)


def numbering(*definitions: tuple[str, ...], uses: tuple[str, ...] = ()) -> str:
    """Each definition, a tuple of levels, has the list of its place, from 1; ``uses`` are further lists."""
    written = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{"".join(levels)}</w:abstractNum>'
        for n, levels in enumerate(definitions, 1)
    )
    lists = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(1, len(definitions) + 1)
    )
    return f"<w:numbering {SPACES}>{written}{lists}{''.join(uses)}</w:numbering>"


def styles(*inside: str) -> str:
    return f"<w:styles {SPACES}>{''.join(inside)}</w:styles>"


def docx(*blocks: str, numbering: str = "", styles: str = "", parts: dict[str, str | bytes] | None = None) -> bytes:
    """The file; ``parts`` adds parts or replaces them."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document {SPACES}><w:body>{"".join(blocks)}</w:body></w:document>'
    )
    all_parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": document,
        **({"word/numbering.xml": numbering} if numbering else {}),
        **({"word/styles.xml": styles} if styles else {}),
        **(parts or {}),
    }
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in all_parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


def whole_draft() -> bytes:
    """A notice with all that a draft from an office has: red head, numbered text, table, signature, imprint and an attachment."""
    return docx(
        p("延安市应急管理局文件", jc="center"),
        p("延应急字〔2026〕66号", jc="center"),
        p("延安市应急管理局", jc="center"),
        p("关于做好汛期值班工作的通知", jc="center"),
        p(),
        p("各县（市、区）应急管理局，局属各单位："),
        p("现将有关事项通知如下："),
        p("落实责任", num=(1, 0)),
        p("领导带班。", num=(1, 1)),
        p("每日一名。", num=(1, 2)),
        p("不得离开市区。", num=(1, 3)),
        p("报送信息", num=(1, 0)),
        tbl(["日期", "带班"], ["10月1日", "王文静"]),
        p("附件：值班安排表"),
        p("延安市应急管理局", jc="right"),
        p("2026年9月28日", jc="right"),
        p("（此件公开发布）"),
        p("附件"),
        p("值班安排表", jc="center"),
        tbl(["姓名", "电话"], ["王文静", "8888"]),
        p("抄送：市政府办公室。"),
        p("延安市应急管理局办公室　　2026年9月28日印发"),
        numbering=numbering(OFFICIAL),
    )
