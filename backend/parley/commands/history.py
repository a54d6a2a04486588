"""`parley history list | search | show | export | delete | forget`: the conversations of before, without a window."""

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from ..conversation.export import as_json, as_markdown
from ..conversation.retold import retell
from ..errors import BadMessage, MemoryFailed, ParleyError
from ..memory import conversations
from ..memory.conversations import Conversation
from ..memory.database import FILE, Unusable, open_database
from ..settings import data_folder

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2

SHOWN_ID = 8
"""Characters of an id in a list: enough to name it by."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    lister = actions.add_parser("list", help="the newest first")
    search = actions.add_parser("search", help="those in which all of these words occur, or their beginnings")
    search.add_argument("words", nargs="+", metavar="WORD")
    for one in (lister, search):
        one.add_argument("--json", action="store_true", help="print one JSON array")
    show = actions.add_parser("show", help="print one")
    show.add_argument("name", metavar="ID", help="its id, or as many characters of it as tell it from the others")
    export = actions.add_parser("export", help="write one to a file")
    export.add_argument("name", metavar="ID")
    export.add_argument("--format", choices=("markdown", "json"), default="markdown")
    export.add_argument("--out", type=Path, metavar="FILE", help="without it: standard output")
    delete = actions.add_parser("delete", help="delete one for good")
    delete.add_argument("name", metavar="ID")
    forget = actions.add_parser("forget", help="delete all of them for good")
    for one in (delete, forget):
        one.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace, started_at: float) -> int:
    """0 when it was done, 1 when it failed, 2 for input that cannot be used."""
    path = data_folder() / FILE
    try:
        with _opened(path) as db:
            return _act(options, db, path)
    except BadMessage as error:
        return _complain(str(error), EXIT_BAD_INPUT)
    except ParleyError as error:
        return _complain(str(error), EXIT_FAILED)
    except sqlite3.Error as error:
        return _complain(f"{path} cannot be used: {error}. Is Parley at work on it? Try again.", EXIT_FAILED)


def _act(options: argparse.Namespace, db: sqlite3.Connection, path: Path) -> int:
    match options.action:
        case "list":
            _list(conversations.recent(db), options.json)
        case "search":
            _list(conversations.search(db, " ".join(options.words)), options.json)
        case "show":
            sys.stdout.write(_text(db, options.name, "markdown"))
        case "export":
            text = _text(db, options.name, options.format)
            if options.out is None:
                sys.stdout.write(text)
            else:
                options.out.write_text(text, encoding="utf-8")
                sys.stderr.write(f"Written to {options.out}.\n")
        case "delete":
            facts = _find(db, options.name)
            if not _agrees(options, f"Delete “{facts.title}” for good?"):
                return EXIT_FAILED
            conversations.delete(db, facts.session_id)
            sys.stdout.write("It is deleted.\n")
        case _:
            if not _agrees(options, "Forget every conversation for good?"):
                return EXIT_FAILED
            count = conversations.forget_all(db, path)
            sys.stdout.write(f"Forgotten: {count} conversations.\n")
    sys.stdout.flush()
    return 0


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Raises `MemoryFailed`."""
    try:
        opened = open_database(path)
    except (OSError, Unusable) as error:
        raise MemoryFailed(f"{path} cannot be used: {error}.") from error
    if opened.set_aside is not None:
        sys.stderr.write(f"{path} is damaged; it was set aside as {opened.set_aside.name}.\n")
    try:
        yield opened.database
    finally:
        opened.database.close()


def _list(found: list[Conversation], is_json: bool) -> None:
    if is_json:
        sys.stdout.write(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False) + "\n")
        return
    for one in found:
        when = datetime.fromtimestamp(one.changed_at).strftime("%Y-%m-%d %H:%M")
        sys.stdout.write(f"{one.session_id[:SHOWN_ID]}  {when}  {one.turns:4}  {one.title}\n")
        if one.excerpt:
            sys.stdout.write(f"{' ' * (SHOWN_ID + 2)}{one.excerpt}\n")
    if not found:
        sys.stderr.write("There are none.\n")


def _find(db: sqlite3.Connection, name: str) -> Conversation:
    """Raises `BadMessage` when it is none, or could be several."""
    found = [one for one in conversations.recent(db, limit=-1) if one.session_id.startswith(name)]
    if len(found) != 1:
        reason = "begins several conversations; give more of it" if found else "is no conversation; `list` shows them"
        raise BadMessage(f"{name} {reason}.")
    return found[0]


def _text(db: sqlite3.Connection, name: str, form: str) -> str:
    facts = _find(db, name)
    told = retell(conversations.messages(db, facts.session_id)).told.values()
    return as_markdown(facts, told) if form == "markdown" else as_json(facts, told)


def _agrees(options: argparse.Namespace, question: str) -> bool:
    if options.yes:
        return True
    if not sys.stdin.isatty():
        _complain("nobody is here to agree; say --yes.", EXIT_BAD_INPUT)
        return False
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"parley history: {text}\n")
    return code
