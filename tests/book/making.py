"""Makes small book files for the tests: zips, EPUBs, FB2 and DOCX with original text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

PROSE = "The lamp burned low in the window, and she waited for him as she had done every night of that long winter."
RUSSIAN_PROSE = (
    "Он вышел на крыльцо и долго смотрел на дорогу, по которой уже никто не ехал, и думал о том, что было вчера."
)

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def page(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>t</title></head><body>{body}</body></html>'
    )


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def epub(
    pages: Sequence[str],
    *,
    extra: Mapping[str, str | bytes] | None = None,
    items: str = "",
    after_spine: str = "",
    without: Sequence[str] = (),
    metadata: str = "<dc:title>The Lamp</dc:title><dc:creator>Ashe, Nora</dc:creator><dc:language>en</dc:language>",
) -> bytes:
    manifest = "".join(
        f'<item id="p{n}" href="p{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(len(pages))
    )
    spine = "".join(f'<itemref idref="p{n}"/>' for n in range(len(pages)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{manifest}{items}</manifest><spine>{spine}</spine>{after_spine}</package>"
    )
    entries: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": package,
        **{f"OEBPS/p{n}.xhtml": text for n, text in enumerate(pages)},
        **(extra or {}),
    }
    return zipped({name: content for name, content in entries.items() if name not in without})


def fb2(body: str, *, declaration: str = '<?xml version="1.0" encoding="utf-8"?>', after: str = "") -> str:
    return (
        f'{declaration}<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" '
        'xmlns:l="http://www.w3.org/1999/xlink"><description><title-info><author><first-name>Нора</first-name>'
        "<last-name>Ясенева</last-name></author><book-title>Лампа</book-title><lang>ru</lang></title-info></description>"
        f"<body>{body}</body>{after}</FictionBook>"
    )


def docx(paragraphs: Sequence[tuple[str, str]], *, core: str = "") -> bytes:
    """Make a Word file of (style, text) pairs; a line feed is a line break."""
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>'
        + text.replace("\n", "</w:t><w:br/><w:t>")
        + "</w:t></w:r></w:p>"
        for style, text in paragraphs
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{identity}"><w:name w:val="{name}"/></w:style>'
        for identity, name in (
            ("Heading1", "heading 1"),
            ("Heading2", "heading 2"),
            ("Title", "Title"),
            ("TOC1", "toc 1"),
        )
    )
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {namespace}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {namespace}>{styles}</w:styles>",
            "docProps/core.xml": f'<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/">{core}'
            "</cp:coreProperties>",
        }
    )
