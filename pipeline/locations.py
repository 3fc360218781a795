"""Where files are: paths, patterns of paths, and URLs of object stores and web servers."""

from __future__ import annotations

import glob
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.errors import InputError
from pipeline.progress import Reporter

if TYPE_CHECKING:
    import pyarrow.fs

_WEB = ("http", "https")
_PATTERN = frozenset("*?[")


def is_url(place: str) -> bool:
    """Tell a URL from a path."""
    return "://" in place


def without_secrets(url: str) -> str:
    """Return a URL as it may be shown: keys before the host, and what follows "?" (signatures, tokens), left out."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def file_system(place: str) -> tuple[pyarrow.fs.FileSystem, str]:
    """Return the file system that a path or object-store URL is on, and the path in it.

    Access is that of the environment: what AWS, Google Cloud or Azure tools of the same user use.

    Raises
    ------
    InputError
        If it is a URL of a kind that pyarrow does not know, or its store cannot be reached.
    """
    import pyarrow as pa
    import pyarrow.fs

    if not is_url(place):
        return pyarrow.fs.LocalFileSystem(), str(Path(place).absolute())
    try:
        files, path = pyarrow.fs.FileSystem.from_uri(place)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            f"{without_secrets(place)} cannot be reached: {_first_line(error, place)}"
        ) from error
    return files, path


@contextmanager
def local_files(inputs: Sequence[str], reporter: Reporter) -> Iterator[tuple[Path, ...]]:
    """Give the files that paths, patterns and URLs name, in their order; those of URLs as copies that go at the end.

    In a pattern, `*`, `?` and `[…]` stand for letters of one name; its files come in the order of their names.

    Raises
    ------
    InputError
        If a pattern matches no file, or a URL cannot be read.
    """
    with ExitStack() as copies:
        found: list[Path] = []
        for place in inputs:
            if is_url(place):
                folder = Path(copies.enter_context(tempfile.TemporaryDirectory(prefix="mmx-")))
                found += _fetched(place, folder, reporter)
            elif _PATTERN & set(place) and not Path(place).exists():
                found += _matching(place)
            else:
                found.append(Path(place))
        yield tuple(found)


def _matching(pattern: str) -> list[Path]:
    paths = sorted(glob.glob(pattern))  # noqa: PTH207 - Path.glob takes no absolute pattern
    if not paths:
        raise InputError(f"no file matches {pattern}")
    return [Path(path) for path in paths]


def _fetched(url: str, folder: Path, reporter: Reporter) -> list[Path]:
    """Copy what a URL names into a folder."""
    shown = without_secrets(url)
    try:
        if urlsplit(url).scheme in _WEB:
            return [_from_web(url, folder, reporter)]
        files, path = file_system(url)
        return [_from_store(files, file, folder, reporter) for file in _listed(files, path, shown)]
    except OSError as error:
        raise InputError(f"{shown} cannot be read: {_first_line(error, url)}") from error


def _from_web(url: str, folder: Path, reporter: Reporter) -> Path:
    from urllib.request import urlopen

    target = folder / PurePosixPath(urlsplit(url).path).name
    if target == folder:
        raise InputError(f"{without_secrets(url)} names no file")
    with urlopen(url) as source:
        _copy(source, target, reporter)
    return target


def _listed(files: pyarrow.fs.FileSystem, path: str, shown: str) -> list[str]:
    """Return the files that a path, which may be a pattern, names on a file system."""
    import pyarrow.fs

    parts = PurePosixPath(path).parts
    first = next((number for number, part in enumerate(parts) if _PATTERN & set(part)), None)
    if first is None:
        return [path]
    base = str(PurePosixPath(*parts[:first]))
    selector = pyarrow.fs.FileSelector(base, recursive=first < len(parts) - 1)
    names = sorted(info.path for info in files.get_file_info(selector) if info.is_file)
    matching = [name for name in names if _matches(PurePosixPath(name).parts, parts)]
    if not matching:
        raise InputError(f"no file matches {shown}")
    return matching


def _matches(names: Sequence[str], patterns: Sequence[str]) -> bool:
    return len(names) == len(patterns) and all(map(fnmatchcase, names, patterns))


def _from_store(files: pyarrow.fs.FileSystem, path: str, folder: Path, reporter: Reporter) -> Path:
    target = folder / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    with files.open_input_stream(path) as source:
        _copy(source, target, reporter)
    return target


def _copy(source: Any, target: Path, reporter: Reporter) -> None:
    with reporter.stage(f"Fetch {target.name}"[:28], None) as advance, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
        advance(1)


def _first_line(error: Exception, url: str) -> str:
    return str(error).replace(url, without_secrets(url)).splitlines()[0]
