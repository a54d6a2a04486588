"""`parley serve`: run the sidecar, by hand (it opens the window in a browser) or managed by a shell."""

import argparse
import os
import sys
import uuid
from pathlib import Path

import anyio
from msgspec import UNSET

from ..credentials import take_from
from ..errors import BadConfig, ParleyError
from ..settings import APP, SettingsFile, config_folder
from ..sidecar import leash
from ..sidecar.announce import StdoutLines
from ..sidecar.proof import new_token
from ..telemetry.log import set_level, start_log
from ..wire.base import given
from ..wire.codec import PROTOCOL_VERSION
from ..wire.messages import Boot, StartFailure

EXIT_BAD_CONFIG = 78
"""sysexits.h EX_CONFIG: starting again changes nothing."""

EXIT_FAILED = 75
"""sysexits.h EX_TEMPFAIL."""

EXIT_RELOAD = 3
"""Developer mode: start again at once, with what was saved."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--managed", action="store_true", help="started by a shell, which writes a boot line to stdin")
    parser.add_argument("--dev", action="store_true", help="let in the page of `npm run dev` (by hand only)")
    parser.add_argument("--port", type=int, metavar="N", help="take this port if it is free (by hand only)")


def run(options: argparse.Namespace, started_at: float) -> int:
    """Serve until stopped; returns the exit code."""
    # Nothing here multiplies matrices with numpy; starting a thread a core for it stops the loop for 40 ms.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    announce = StdoutLines()
    start_log(structured=options.managed)
    lines: leash.Lines | None = None
    try:
        if options.managed:
            leash.hold_lease()
            leash.die_with_parent()
            lines = leash.Lines()
            boot = leash.read_boot(lines)
            if boot is None:
                return 0  # The parent ended before it said anything.
        else:
            boot = _boot_by_hand(options.port, options.dev)
        source = None
        if boot.dev and lines is not None:
            from ..sidecar.reload import Source

            source = Source()
        folder = given(boot.config_dir)
        settings = SettingsFile(Path(folder) if folder else config_folder())
        set_level(settings.settings.log_level)
    except BadConfig as error:
        return _fail(announce, error, EXIT_BAD_CONFIG)
    # Here and not above: aiohttp takes 0.2 s, which a bad configuration need not wait for.
    from ..sidecar.discovery import token_file
    from ..sidecar.service import Service, bind

    try:
        listener = bind(given(boot.port_hint))
    except OSError as error:
        return _fail(announce, ParleyError(f"no port on 127.0.0.1 can be had: {error.strerror}"), EXIT_FAILED)
    service = Service(
        boot=boot,
        source=source,
        settings=settings,
        credentials=take_from(os.environ),
        listener=listener,
        announce=announce,
        lines=lines,
        started_at=started_at,
        open_browser=not options.managed and os.environ.get("PARLEY_NO_BROWSER") != "1",
    )
    with token_file(boot.instance, boot.token):
        try:
            anyio.run(service.run)
        except KeyboardInterrupt:
            pass
    return EXIT_RELOAD if service.reason == "reload" else 0


def _boot_by_hand(port: int | None, dev: bool) -> Boot:
    ui_dir = os.environ.get("PARLEY_UI_DIR") or Path(__file__).parents[3] / "build" / "out" / "renderer"
    return Boot(
        protocol_version=PROTOCOL_VERSION,
        instance=uuid.uuid4().hex,
        token=new_token(),
        # No page in a browser has the first; a shell that attaches has, and proves that it knows the token.
        allowed_origins=["app://parley", *([_dev_origin()] if dev else [])],
        browser=True,
        dev=dev,
        ui_dir=str(ui_dir) if Path(ui_dir).is_dir() else UNSET,
        port_hint=port or UNSET,
        config_dir=str(config_folder(f"{APP}-dev")) if dev else UNSET,
    )


def _dev_origin() -> str:
    """As build/dev_server.mjs has it."""
    return f"http://127.0.0.1:{os.environ.get('PARLEY_DEV_PORT') or 5173}"


def _fail(announce: StdoutLines, error: ParleyError, exit_code: int) -> int:
    announce(StartFailure(code=error.code, message=str(error)))
    sys.stderr.write(f"Parley cannot start: {error}\n")
    return exit_code
