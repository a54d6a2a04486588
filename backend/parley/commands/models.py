"""`parley models list | get | remove | verify`: the models on this computer, and those that could be."""

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
from tqdm import tqdm

from ..engines.catalog import MODELS, Model, find_in_catalog
from ..engines.downloads import Progress
from ..engines.fetchable import Fetchable
from ..engines.model_store import ModelStore, Presence, is_whole, model_folder, part_of
from ..errors import DownloadFailed, ParleyError
from ..settings import config_folder, load_settings

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130

PRESENCE: dict[Presence, str] = {"absent": "", "partly": "partly", "here": "yes"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    lister = actions.add_parser("list", help="what there is, what it weighs, and whether it is here")
    lister.add_argument("--json", action="store_true", help="print one JSON array")
    get = actions.add_parser("get", help="fetch one, or go on where an earlier try ended")
    get.add_argument("name", metavar="NAME")
    get.add_argument("--yes", action="store_true", help="do not ask")
    get.add_argument("--from", dest="source", type=Path, metavar="FOLDER", help="copy it from a folder; no network")
    actions.add_parser("remove", help="delete one").add_argument("name", metavar="NAME")
    verify = actions.add_parser("verify", help="read every byte and compare it with the catalog")
    verify.add_argument("name", nargs="?", metavar="NAME", help="without it: all that are here")


def run(options: argparse.Namespace, started_at: float) -> int:
    """0 when it was done, 1 when it failed, 2 for input that cannot be used."""
    store = ModelStore(model_folder())
    try:
        match options.action:
            case "list":
                return _list(store, as_json=options.json)
            case "get":
                return _get(store, find_in_catalog(options.name), options)
            case "remove":
                return _remove(store, find_in_catalog(options.name))
            case _:
                return _verify(store, options.name)
    except DownloadFailed as error:
        return _complain(str(error), EXIT_FAILED)
    except ParleyError as error:
        return _complain(str(error), EXIT_BAD_INPUT)
    except KeyboardInterrupt:
        return _complain("stopped; what has come is kept, and the same command goes on from there.", EXIT_INTERRUPTED)


def _list(store: ModelStore, as_json: bool) -> int:
    if as_json:
        facts = [
            {
                "name": model.name,
                "engine": model.engine,
                "size_bytes": Fetchable(model, store).size_bytes(),
                "memory_mb": model.memory_mb,
                "licence": model.licence,
                "languages": model.languages,
                "purpose": model.purpose,
                "presence": Fetchable(model, store).presence(),
                "folder": str(store.folder(model)),
            }
            for model in MODELS
        ]
        _print(json.dumps(facts, indent=2))
        return 0
    rows = [("NAME", "SIZE", "HERE", "LICENCE", "FOR")]
    rows += [
        (model.name, _mb(whole.size_bytes()), PRESENCE[whole.presence()], model.licence, model.purpose)
        for model in MODELS
        for whole in (Fetchable(model, store),)
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        _print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip())
    _print(f"\nThey lie in {store.root}.")
    return 0


def _get(store: ModelStore, model: Model, options: argparse.Namespace) -> int:
    whole = Fetchable(model, store)
    if whole.presence() == "here":
        _print(f"{model.name} is here: {store.folder(model)}")
        return 0
    if options.source is not None:
        _take_from(store, model, options.source)
    else:
        if load_settings(config_folder()).offline:
            return _complain("the setting `offline` is on, so nothing is fetched; --from takes a folder.", EXIT_FAILED)
        if not options.yes and not _agrees(whole):
            return EXIT_FAILED
        with _bar("Fetching", whole.size_bytes()) as bar:

            async def get() -> None:
                await whole.fetch(_into(bar))

            anyio.run(get)
    _print(f"{model.name} is here now: {store.folder(model)}")
    return 0


def _agrees(whole: Fetchable) -> bool:
    model = whole.model
    left = whole.size_bytes() - whole.bytes_there()
    _print(f"{model.name}: {model.purpose}\n{_mb(left)} from {model.repository}, licence {model.licence}.")
    if not sys.stdin.isatty():
        _complain("nobody is here to agree; say --yes.", EXIT_BAD_INPUT)
        return False
    sys.stdout.write("Fetch it? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _take_from(store: ModelStore, model: Model, source: Path) -> None:
    """Raises `DownloadFailed` when the folder does not hold the whole model."""
    with _bar("Reading", model.size_bytes) as bar:
        wrong = [file.path for file in model.files if not is_whole(source / file.path, file, bar.update)]
    if wrong:
        raise DownloadFailed(f"{source} is not {model.name} as the catalog has it: {', '.join(wrong)}.")
    incoming = store.incoming(model)
    for file in model.files:
        target = incoming / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / file.path, target)
        part_of(incoming, file).unlink(missing_ok=True)
    store.accept(model)


def _remove(store: ModelStore, model: Model) -> int:
    freed = Fetchable(model, store).remove()
    _print(f"{model.name} is gone; {_mb(freed)} are free again." if freed else f"{model.name} was not here.")
    return 0


def _verify(store: ModelStore, name: str | None) -> int:
    models = [find_in_catalog(name)] if name else [model for model in MODELS if store.presence(model) != "absent"]
    code = 0
    for model in models:
        with _bar(f"Reading {model.name}", model.size_bytes) as bar:
            damaged = store.damaged(model, bar.update)
        if damaged:
            code = EXIT_FAILED
            _print(f"{model.name}: {', '.join(damaged)}: missing or damaged. Remove it and get it again.")
        else:
            _print(f"{model.name}: whole")
    if not models:
        _print("No model is here.")
    return code


def _into(bar: "tqdm[Any]") -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        bar.update(progress.done_bytes - bar.n)

    return show


def _bar(what: str, total_bytes: int) -> "tqdm[Any]":
    """On standard error, and only where somebody looks."""
    return tqdm(total=total_bytes, desc=what, unit="B", unit_scale=True, unit_divisor=1024, leave=False, disable=None)


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.0f} MB"


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"parley models: {text}\n")
    return code
