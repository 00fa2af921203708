"""The page: files that were built from `page/` and lie in `static/`. They come from this host, and ask no other."""

from __future__ import annotations

import mimetypes
import re
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter
from fastapi.responses import Response

from bookfilm.studio.problems import Refusal

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        # A film that grows is played out of a buffer of the page's own.
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        # Nothing of what a book says becomes markup, whoever writes the page's next line.
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
KEPT = "public, max-age=31536000, immutable"
"""For files whose name changes with what is in them."""
NAME = re.compile(r"[\w-]+(\.[\w-]+)+")
router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def show_page() -> Response:
    """Give the page."""
    return _given(built() / "index.html", "no-cache")


@router.api_route("/page/{name}", methods=["GET", "HEAD"])
def show_part(name: str) -> Response:
    """Give one of the files that the page is made of."""
    if not NAME.fullmatch(name):
        raise Refusal("not-found", "the page has no such file")
    return _given(built() / "page" / name, KEPT)


def built() -> Traversable:
    """Return the folder in which the built page lies."""
    return files("bookfilm.studio") / "static"


def _given(path: Traversable, kept: str) -> Response:
    if not path.is_file():
        raise Refusal("not-found", "the page has no such file")
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": kept}
    return Response(path.read_bytes(), media_type=media_type, headers=headers)
