"""Stores elsewhere, opened for reading by DuckDB's extensions: on MotherDuck, in object storage, on a web server.

A remote store is stood for by a link: a small local file with its address, so that all that is kept beside a store,
such as corrections, has a place. docs/scale.md tells how to use them.
"""

from __future__ import annotations

import os
import re
from hashlib import blake2b
from pathlib import Path

import duckdb

from pipeline.errors import InputError
from pipeline.locations import without_secrets
from pipeline.user_data import user_data

MOTHERDUCK = "md:"
_OBJECT_STORES = {"s3://": "s3", "r2://": "r2", "gs://": "gcs", "gcs://": "gcs"}
_WEB = ("https://", "http://")
_SUFFIX = ".mmx-remote"
# A query's part of a URL, which may be a signature, wherever an error message repeats it.
_QUERY = re.compile(r"\?[^\s'\"]+")
_AWS = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")


def store_location(given: str) -> Path:
    """Return the path of a store that is given by a path or an address: of a remote one, that of its link.

    Raises
    ------
    InputError
        If it is an address that cannot be used, or one with a secret, which would show in lists of processes.
    """
    if not (given.startswith(MOTHERDUCK) or "://" in given):
        return Path(given)
    address = given.removeprefix("file://")
    if address != given:
        return Path(address)
    _check(address)
    folder = user_data() / "remote"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", shown(address).rpartition("/")[2].removeprefix(MOTHERDUCK)) or "store"
    link = folder / f"{name}-{blake2b(address.encode(), digest_size=4).hexdigest()}{_SUFFIX}"
    if not link.exists() or link.read_text(encoding="utf-8") != address:
        # A signed address opens the store for whoever reads it.
        link.touch(mode=0o600)
        link.write_text(address, encoding="utf-8")
    return link


def is_link(db: Path) -> bool:
    """Tell whether a path is a link to a remote store."""
    return db.name.endswith(_SUFFIX)


def place(db: Path) -> str:
    """Return where a store is, for people: its path, or its address without secrets."""
    return shown(_address(db)) if is_link(db) else str(db)


def shown(address: str) -> str:
    """Return an address as it may be shown and logged."""
    return address.partition("?")[0] if address.startswith(MOTHERDUCK) else without_secrets(address)


def check_writable(db: Path) -> None:
    """Raise InputError for a link: a remote store is replaced as a whole, by its owner's tools."""
    if not is_link(db):
        return
    address = _address(db)
    how = (
        f"CREATE OR REPLACE DATABASE {_database(address)} FROM 'tweets.duckdb' in DuckDB"
        if address.startswith(MOTHERDUCK)
        else "your storage's own tools"
    )
    raise InputError(
        f"{shown(address)} can only be read: run into a file on this machine, then put it there with {how}"
    )


def attach(connection: duckdb.DuckDBPyConnection, db: Path) -> None:
    """Attach the store that a link stands for, for reading only, as the catalogue `store`.

    Access is that of the environment: `motherduck_token`, AWS's variables and files, or DuckDB's stored secrets.

    Raises
    ------
    InputError
        If the extension that it needs is missing and cannot be installed, or the store cannot be opened.
    """
    address = _address(db)
    if address.startswith(MOTHERDUCK):
        statements = _motherduck(connection, address)
    else:
        _load(connection, "httpfs", address)
        _authenticate(connection, address)
        statements = [f"ATTACH '{_quoted(address)}' AS store (READ_ONLY)"]
    try:
        for statement in statements:
            connection.execute(statement)
    except duckdb.Error as error:
        raise InputError(f"{shown(address)} cannot be opened: {_said(error, address)}") from error


def _motherduck(connection: duckdb.DuckDBPyConnection, address: str) -> list[str]:
    """Attach a database of MotherDuck; return what makes `store` of it, as it takes no other name itself."""
    _load(connection, "motherduck", address)
    database = _database(address)
    try:
        connection.execute(f"ATTACH '{_quoted(address)}'")
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = 'main'",
            [database],
        ).fetchall()
    except duckdb.Error as error:
        raise InputError(f"{shown(address)} cannot be opened: {_said(error, address)}") from error
    views = [
        f'CREATE VIEW store.main."{table}" AS FROM "{database}".main."{table}"' for (table,) in sorted(tables)
    ]
    return ["ATTACH ':memory:' AS store", *views]


def _load(connection: duckdb.DuckDBPyConnection, extension: str, address: str) -> None:
    try:
        connection.execute(f"LOAD {extension}")
    except duckdb.Error:
        # Not there yet: DuckDB fetches it once, into its own folder.
        try:
            connection.execute(f"INSTALL {extension}")
            connection.execute(f"LOAD {extension}")
        except duckdb.Error as error:
            raise InputError(
                f"{shown(address)} needs DuckDB's extension {extension}, which is not installed and cannot be fetched: "
                f"{_said(error, address)}"
            ) from error


def _authenticate(connection: duckdb.DuckDBPyConnection, address: str) -> None:
    """Take AWS's credentials where there are some and DuckDB has no secret for the address; a public one needs none."""
    kind = next((kind for prefix, kind in _OBJECT_STORES.items() if address.startswith(prefix)), None)
    if kind is None or connection.execute("FROM which_secret(?, ?)", [address, kind]).fetchall():
        return
    has_aws = any(os.environ.get(name) for name in _AWS) or (Path.home() / ".aws").is_dir()
    if kind == "s3" and has_aws:
        _load(connection, "aws", address)
        connection.execute("CREATE SECRET (TYPE s3, PROVIDER credential_chain)")


def _check(address: str) -> None:
    if address.startswith(MOTHERDUCK):
        if "motherduck_token" in address:
            raise InputError("keep the token out of the address: set the variable motherduck_token instead")
        if not _database(address).isidentifier():
            raise InputError(f"{shown(address)} names no database: write md:NAME")
    elif not address.startswith((*_OBJECT_STORES, *_WEB)):
        raise InputError(
            f"{shown(address)} cannot be used as a store: give a file, md:NAME, s3://, r2://, gs://, or https://"
        )
    elif "@" in address.split("/")[2]:
        raise InputError(f"keep user name and password out of the address {shown(address)}")


def _database(address: str) -> str:
    return shown(address).removeprefix(MOTHERDUCK)


def _address(db: Path) -> str:
    try:
        return db.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InputError(f"{db} cannot be read: {error.strerror}") from error


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _said(error: duckdb.Error, address: str) -> str:
    first = str(error).replace(address, shown(address)).splitlines()[0]
    return _QUERY.sub("", first)
