"""The page's bundle: whoever builds it gets these very bytes, and who installs the wheel needs nothing to have it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.studio.test_page import BUILT, SOURCES, below

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(900)


def test_to_build_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("no node here: only who changes the page needs it")
    page = tmp_path / "page"
    shutil.copytree(SOURCES, page, ignore=shutil.ignore_patterns("node_modules"))
    lock = Path("node_modules") / ".package-lock.json"
    if (SOURCES / lock).exists():
        (page / "node_modules").symlink_to(SOURCES / "node_modules")
    elif subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=page, capture_output=True, check=False).returncode:
        pytest.skip("npm ci has no packages here")
    done = subprocess.run([npm, "run", "build"], cwd=page, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert below(tmp_path / "static") == below(BUILT)
    other = [name for name in below(BUILT) if (tmp_path / "static" / name).read_bytes() != (BUILT / name).read_bytes()]
    assert other == []


def test_the_wheel_has_it_and_needs_no_node(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for folder in ("bookfilm", "cluster", "deployments", "benchmarks"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, tree / name)
    nowhere = {**os.environ, "PATH": str(tmp_path / "no-programs")}
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    done = subprocess.run([*build, str(tree)], capture_output=True, text=True, check=False, env=nowhere)
    assert done.returncode == 0, done.stderr[-2000:]
    with zipfile.ZipFile(next(tmp_path.glob("bookfilm-*.whl"))) as wheel:
        packed = {name: wheel.read(name) for name in wheel.namelist() if name.startswith("bookfilm/studio/")}
    room = "bookfilm/studio/static/"
    assert {name.removeprefix(room) for name in packed if name.startswith(room)} == set(below(BUILT))
    assert all(packed[room + name] == (BUILT / name).read_bytes() for name in below(BUILT))
    assert [name for name in packed if name.startswith("bookfilm/studio/page/")] == []
