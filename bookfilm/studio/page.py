"""The page: files that were built from `page/` and lie in `static/`. They come from this host, and ask no other."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bookfilm.studio.conditions import is_known, unchanged
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
NAME = re.compile(r"(?=.{1,100}$)[\w-]+(\.[\w-]+)+", re.ASCII)
router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def show_page(request: Request) -> Response:
    """Give the page; 304 to who has it already."""
    return _given(request, built() / "index.html", "no-cache")


@router.api_route("/page/{name}", methods=["GET", "HEAD"])
def show_part(name: str, request: Request) -> Response:
    """Give one of the files that the page is made of."""
    if not NAME.fullmatch(name):
        raise Refusal("not-found", "the page has no such file")
    return _given(request, built() / "page" / name, KEPT)


def built() -> Traversable:
    """Return the folder in which the built page lies."""
    return files("bookfilm.studio") / "static"


def _given(request: Request, path: Traversable, kept: str) -> Response:
    if not path.is_file():
        raise Refusal("not-found", "the page has no such file")
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    content = path.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": kept, "ETag": tag}
    answer = Response(content, media_type=media_type, headers=headers)
    return unchanged(answer.headers) if is_known(request, tag) else answer
