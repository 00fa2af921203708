"""Whoever has a thing already is told so, and a part goes only with what it is a part of (RFC 9110, 13 and 14)."""

from __future__ import annotations

import os
import re
from email.utils import formatdate
from typing import Any

import pytest

from tests.studio.desk import film_of
from tests.studio.serving import Served
from tests.studio.test_problems import problem


@pytest.fixture(scope="module")
def clip(studio: Served) -> str:
    """A clip that is said to be drawn."""
    ident = str(studio.client.post("/v1/videos", json={"prompt": "A lamp is lit."}).raise_for_status().json()["id"])
    row = studio.studio.clips.find(studio.client.get("/v1/me").json()["team"], ident)
    row.folder.mkdir(parents=True)
    row.video.write_bytes(bytes(range(200)))
    row.thumbnail.write_bytes(b"\xff\xd8")
    change = f"UPDATE studio_videos SET status = 'completed' WHERE id = '{ident}'"
    studio.studio.database.write(lambda connection: connection.exec_driver_sql(change))
    return ident


@pytest.fixture(scope="module")
def tagged(studio: Served, film: str, clip: str) -> list[str]:
    """Every place that gives an `ETag`, by the service's own document, and the page."""
    paths: dict[str, dict[str, Any]] = studio.client.get("/openapi.json").json()["paths"]
    said = [path for path, told in paths.items() if "ETag" in told.get("get", {}).get("responses", {}).get("200", {})
            .get("headers", {})]  # fmt: skip
    ids = {"{film}": film, "{video}": clip, "{name}": "film.vtt"}
    places = [re.sub(r"\{\w+\}", lambda found: ids[found[0]], path) for path in said]
    assert len(places) == 3
    script = re.search(r'src="\./(page/[^"]+)"', studio.client.get("/").text)
    assert script is not None
    more = [f"/v1/films/{film}/files/{name}" for name in ("film.mp4", "poster.jpg", "report.html")]
    return [*places, *more, "/", f"/{script[1]}"]


def test_every_answer_with_a_tag_is_known_again(studio: Served, tagged: list[str]) -> None:
    for place in tagged:
        whole = studio.client.get(place).raise_for_status()
        tag = whole.headers["etag"]
        assert re.fullmatch(r'"[^"]+"', tag)
        for same in (tag, f"W/{tag}", "*", f'"other", {tag}', f'W/"other" ,{tag},'):
            known = studio.client.get(place, headers={"If-None-Match": same})
            assert (known.status_code, known.content) == (304, b""), (place, same)
            for name in ("etag", "cache-control", "content-security-policy"):
                assert known.headers[name] == whole.headers[name], (place, name)
            assert not {"content-type", "content-length", "last-modified"} & set(known.headers)
        for other in ('"other"', tag.strip('"'), f'"{tag}"', "", '"*"', 'W/"other"'):
            again = studio.client.get(place, headers={"If-None-Match": other})
            assert (again.status_code, again.content) == (200, whole.content), (place, other)
        lines = studio.client.get(place, headers=[("If-None-Match", '"other"'), ("If-None-Match", tag)])
        assert lines.status_code == 304, "a list may stand on several lines"


def test_what_is_another_version_is_not_given_for_this_one(studio: Served, tagged: list[str]) -> None:
    for place in tagged:
        tag = studio.client.get(place).headers["etag"]
        for wrong in ('"other"', f"W/{tag}"):
            told = studio.client.get(place, headers={"If-Match": wrong, "If-None-Match": tag})
            problem(told, "version-conflict")
            assert told.headers["etag"] == tag
        assert studio.client.get(place, headers={"If-Match": f'"other", {tag}'}).status_code == 200
        assert studio.client.get(place, headers={"If-Match": tag, "If-None-Match": tag}).status_code == 304


def test_a_file_that_was_made_anew_has_another_tag(studio: Served, film: str) -> None:
    place, path = f"/v1/films/{film}/files/film.vtt", film_of(studio, film).folder.path / "film.vtt"
    tag = studio.client.get(place).headers["etag"]
    at = path.stat().st_mtime_ns
    os.utime(path, ns=(at, at + 1_000_000))
    assert studio.client.get(place, headers={"If-None-Match": tag}).status_code == 200


def test_dates_are_heeded_where_no_tag_is_named(studio: Served, film: str) -> None:
    place = f"/v1/films/{film}/files/film.mp4"
    whole = studio.client.get(place)
    at, tag = whole.headers["last-modified"], whole.headers["etag"]
    path = film_of(studio, film).folder.film
    before, after = (formatdate(path.stat().st_mtime + seconds, usegmt=True) for seconds in (-60, 60))

    def asked(**headers: str) -> int:
        return studio.client.get(
            place, headers={name.replace("_", "-"): told for name, told in headers.items()}
        ).status_code

    assert [asked(If_Modified_Since=date) for date in (before, at, after)] == [200, 304, 304]
    assert [asked(If_Unmodified_Since=date) for date in (before, at, after)] == [412, 200, 200]
    assert asked(If_None_Match='"other"', If_Modified_Since=after) == 200
    assert asked(If_Match=tag, If_Unmodified_Since=before) == 200
    for none in ("yesterday", "", "Sun, 99 Nov 9999999 00:00:00 GMT", "0", "Mon, 01 Jan 0001 00:00:00 +2359"):
        assert (asked(If_Modified_Since=none), asked(If_Unmodified_Since=none)) in ((200, 200), (200, 412)), none


def test_a_part_goes_only_with_what_it_is_a_part_of(studio: Served, film: str) -> None:
    place = f"/v1/films/{film}/files/film.mp4"
    whole = studio.client.get(place)
    tag, at = whole.headers["etag"], whole.headers["last-modified"]
    for holds in (tag, at):
        part = studio.client.get(place, headers={"Range": "bytes=10-19", "If-Range": holds})
        assert (part.status_code, part.content) == (206, whole.content[10:20])
        assert part.headers["etag"] == tag
    early = formatdate(0, usegmt=True)
    for fails in ('"other"', f"W/{tag}", early, "nonsense", ""):
        # Also a range that this version does not have: it is another version's, and not asked of this one.
        for wanted in ("bytes=10-19", f"bytes={len(whole.content)}-"):
            again = studio.client.get(place, headers={"Range": wanted, "If-Range": fails})
            assert (again.status_code, again.content) == (200, whole.content), (fails, wanted)
    assert studio.client.get(place, headers={"Range": "bytes=0-1", "If-None-Match": tag}).status_code == 304
    problem(studio.client.get(place, headers={"Range": "bytes=0-1", "If-Match": '"x"'}), "version-conflict")


def test_of_several_ranges_those_are_given_that_are_there(studio: Served, film: str, clip: str) -> None:
    for place in (f"/v1/films/{film}/files/film.mp4", f"/v1/videos/{clip}/content"):
        whole = studio.client.get(place).content
        end = len(whole)
        for asked in (f"bytes=0-1,{end}-", f"bytes={end + 5}-{end + 9}, 0-1", "bytes=-0,0-1"):
            part = studio.client.get(place, headers={"Range": asked})
            assert (part.status_code, part.content) == (206, whole[:2]), asked
            assert part.headers["content-range"] == f"bytes 0-1/{end}"
        for none in (f"bytes={end}-,-0", f"bytes={10**17}-", "bytes=-0"):
            beyond = studio.client.get(place, headers={"Range": none})
            problem(beyond, "range-not-satisfiable")
            assert beyond.headers["content-range"] == f"bytes */{end}"
        # One that ends before it begins is none, and then the whole header is (14.1.1).
        for wrong in ("bytes=0-1,9-3", "bytes=9-3", "bytes=-", "Bytes=0-1,"):
            assert studio.client.get(place, headers={"Range": wrong}).status_code == 200, wrong
        twice = studio.client.get(place, headers=[("Range", "bytes=0-1"), ("Range", "bytes=5-6")])
        assert (twice.status_code, twice.content) == (200, whole)


def test_a_tag_opens_nothing(studio: Served, tagged: list[str]) -> None:
    theirs = studio.as_(studio.newcomer())
    for place in tagged:
        if not place.startswith("/v1/"):
            continue
        tag = studio.client.get(place).headers["etag"]
        for asked in ({"If-None-Match": tag}, {"If-None-Match": "*"}, {"If-Match": '"x"'}):
            problem(studio.as_(None).get(place, headers=asked), "unauthorized")
            problem(theirs.get(place, headers=asked), "not-found")
