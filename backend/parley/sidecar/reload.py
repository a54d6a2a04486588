"""Developer mode: notices that our source was saved, and says when the sidecar should start anew with it.

What does not compile keeps the running sidecar. What compiles and fails only when it is run ends the next one,
which the supervision shows, and starts again at the next save.
"""

import importlib
import importlib.util
import logging
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from anyio import sleep_forever, to_thread

logger = logging.getLogger(__name__)

PACKAGE = Path(__file__).parents[1]

QUIET_S = 0.5
"""Without a save for so long, the saving is over: an editor that saves all, a formatter after it, a branch switched."""

STEP_MS = 50
"""How often watchfiles looks whether more came."""

Seen = dict[Path, tuple[int, int]]
"""Of each file, when it was saved and its size."""


class Source:
    """The package's files, compared with what they were when this was made: before most of them were imported."""

    def __init__(self, folder: Path = PACKAGE) -> None:
        self.folder = folder
        self._loaded = self._look()

    def changed(self) -> list[Path]:
        """Those that were saved, added or removed since."""
        now = self._look()
        return sorted(path for path in now.keys() | self._loaded.keys() if now.get(path) != self._loaded.get(path))

    def error_in(self, paths: list[Path]) -> str | None:
        """The first error that a compiler finds, with file and line."""
        for path in paths:
            try:
                compile(path.read_bytes(), path, "exec", dont_inherit=True)
            except FileNotFoundError:
                pass
            except SyntaxError as error:
                return f"{self._name(path)}:{error.lineno or 1}: {error.msg}"
            except ValueError as error:
                return f"{self._name(path)}:1: {error}"
        return None

    def forget_bytecode(self, paths: list[Path]) -> None:
        """Cached bytecode is told apart by seconds and size: of two saves within one second, the first would stay."""
        for path in paths:
            Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder.parents[1]).as_posix()

    def _look(self) -> Seen:
        seen: Seen = {}
        for path in self.folder.rglob("*.py"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # An editor replaces it at this moment, and a save follows.
            seen[path] = (status.st_mtime_ns, status.st_size)
        return seen


async def until_saved(source: Source, on_error: Callable[[str], object]) -> None:
    """Return when something was saved and all that changed compiles; `on_error` hears what does not.

    Cancelling takes up to `QUIET_S`: the watcher's thread is waited for.
    """
    try:
        watchfiles = await to_thread.run_sync(importlib.import_module, "watchfiles")
    except ImportError:
        logger.warning("the source is not watched: `npm run setup -- --dev` installs watchfiles")
        return await sleep_forever()
    saves = watchfiles.awatch(
        source.folder,
        watch_filter=watchfiles.PythonFilter(),
        step=STEP_MS,
        rust_timeout=int(QUIET_S * 1000),
        yield_on_timeout=True,
    )
    was_saved = True  # perhaps, while we started
    async with aclosing(saves):
        async for changes in saves:
            was_saved = was_saved or bool(changes)
            if changes or not was_saved:
                continue
            was_saved = False
            changed = await to_thread.run_sync(source.changed)
            error = await to_thread.run_sync(source.error_in, changed)
            if error is not None:
                on_error(error)
            elif changed:
                await to_thread.run_sync(source.forget_bytecode, changed)
                return
