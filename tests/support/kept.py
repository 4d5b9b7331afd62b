"""A zone as an index tells it that was just brought up to date, beside the one that asks the node."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from zonedao.addressbook import AddressBook
from zonedao.governance.zone import Zone
from zonedao.index.chain import IndexedChain
from zonedao.index.client import zone_of
from zonedao.index.reading import Index, path_of
from zonedao.index.syncing import sync


@contextmanager
def kept(zone: Zone) -> Iterator[Zone]:
    """The same zone for the same signer, read from an index at the moment that the node has now."""
    path = _folder() / path_of(zone.connection.chain_id, zone.address).name
    sync(zone.connection, path, zone.address, first_block=zone.deploy_block)
    with Index.open(path) as index, index.at_one_moment():
        chain = IndexedChain(index, zone.path, zone.client.now())
        yield zone_of(chain, zone.client.signer, zone.client.book or AddressBook.default())


@cache
def _folder() -> Path:
    """Where the indexes of this run are; what a chain takes back, they take back."""
    folder = Path(tempfile.mkdtemp(prefix="zonedao-kept-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
