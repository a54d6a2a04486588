"""`parley bench`: how quick Parley is on this computer, what limits it, which models suit it; and the choice, written
into the settings when the user agrees. Conversations are left alone: the turns are had with a sidecar of its own."""

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import anyio
import msgspec
from msgspec.structs import replace

from .. import __version__
from ..bench import compare, fitting, machine, page, verdict
from ..bench.engines import Bench
from ..bench.figures import IN_TURN, WHOLE, Figure, Fit, Machine, Report, Stage
from ..bench.turn import STAGES, Marks, turns
from ..credentials import from_environment
from ..engines.catalog import MODELS
from ..engines.fetchable import Fetchable
from ..engines.loading import SPEECH_PROTOCOLS, chosen_model, wants_kokoro, wants_whisper
from ..engines.model_store import ModelStore, model_folder
from ..errors import BadConfig, ParleyError, first_of_ours
from ..settings import Settings, SettingsFile, config_folder
from ..sidecar.discovery import find
from ..wire.codec import MAX_MESSAGE_BYTES
from .attach import own_sidecar

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
ROUNDS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"repetitions of each ({ROUNDS})")
    parser.add_argument("--network", action="store_true", help="ask the language model and speech servers that are set")
    parser.add_argument("--no-turns", action="store_true", help="engines alone: half a minute less")
    parser.add_argument("--json", action="store_true", help="print one JSON object, for --compare")
    parser.add_argument("--compare", type=Path, metavar="OLD.json", help="say what is better and worse than then")
    parser.add_argument("--yes", action="store_true", help="write the choice into the settings without asking")


def run(options: argparse.Namespace, started_at: float) -> int:
    """0 when it was measured, 1 when it was not or the choice could not be written, 2 for input that cannot be used."""
    if options.rounds < 1:
        return _complain("--rounds is at least 1.", EXIT_BAD_INPUT)
    try:
        before = _earlier(options.compare)
        file = SettingsFile(config_folder())
        report = anyio.run(_measure, options, file.settings)
    except BadConfig as error:
        return _complain(str(error), EXIT_BAD_INPUT)
    except KeyboardInterrupt:
        return 130
    if options.json:
        _say(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        _say(page.page(report))
    changes = list(compare.compared(before, report)) if before is not None else []
    if changes:
        (_tell if options.json else _say)("\n" + page.comparison(changes, str(options.compare)))
    return _choose(report, file, options)


def _earlier(path: Path | None) -> Report | None:
    if path is None:
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except OSError as error:
        raise BadConfig(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BadConfig(f"{path} is no report of `parley bench --json`: {error}.") from error


async def _measure(options: argparse.Namespace, settings: Settings) -> Report:
    engines = Bench(settings, from_environment(os.environ), options.rounds, options.network, _tell)
    await engines.run()
    stages: list[Stage] = []
    served: dict[str, str] = {}
    if options.no_turns:
        engines.not_measured.append("turns: --no-turns")
    elif engines.spoken.size:
        try:
            stages, served = await _turns(engines, settings, options)
        except (ParleyError, ExceptionGroup) as raised:
            engines.not_measured.append(f"turns: {first_of_ours(raised)}")
        except aiohttp.ClientError as error:
            engines.not_measured.append(f"turns: the connection to the sidecar failed: {error}")
    here = machine.look(model_folder())
    fits = _fits(engines, here)
    return Report(
        parley=__version__,
        at=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        machine=here,
        figures=engines.figures,
        stages=stages,
        engines=served,
        limit=verdict.limit(stages, engines.figures, settings.pause_s),
        fits=fits,
        choice=fitting.choose(fits, settings),
        not_measured=engines.not_measured,
    )


async def _turns(engines: Bench, settings: Settings, options: argparse.Namespace) -> tuple[list[Stage], dict[str, str]]:
    """With nothing begun in the pause, which shows the stages; then as it is set, which is what the user waits."""
    settings = replace(settings, mcp_servers={}, learn_pauses=False)
    if not options.network:
        settings = _without_network(settings, engines)
    _tell("turns, one stage after the other")
    alone, served = await _at(replace(settings, speculate="never"), engines, options.rounds)
    floor, floor_is = 1000 * settings.pause_s, "the pause"
    engines.figures.append(_figure(IN_TURN, alone, floor, floor_is))
    if settings.speculate != "never":
        _tell("turns, as they are set")
        overlapped, _ = await _at(settings, engines, options.rounds)
        engines.figures.append(_figure(WHOLE, overlapped, floor, floor_is))
    return [Stage(name=name, values_ms=[one.stages_ms[name] for one in alone]) for name in STAGES], served


def _figure(name: str, marks: list[Marks], floor: float, floor_is: str) -> Figure:
    values = [one.whole_ms for one in marks]
    return Figure(name=name, unit="ms", values=values, bound="waiting", floor=floor, floor_is=floor_is)


def _without_network(settings: Settings, engines: Bench) -> Settings:
    """What is on this computer in the place of servers, said so."""
    if settings.language_model != "offline":
        settings = replace(settings, language_model="offline")
    for port in ("transcriber", "synthesizer"):
        if getattr(settings, port) in SPEECH_PROTOCOLS:
            engines.not_measured.append(f"turns with the {port} of {getattr(settings, port)}: with --network only")
            settings = replace(settings, **{port: "auto"})
    return settings


async def _at(settings: Settings, engines: Bench, rounds: int) -> tuple[list[Marks], dict[str, str]]:
    wanted = {
        "language_model": chosen_model(settings, from_environment(os.environ)),
        "transcriber": settings.transcriber if settings.transcriber in SPEECH_PROTOCOLS else "pocketsphinx",
        "synthesizer": settings.synthesizer if settings.synthesizer in SPEECH_PROTOCOLS else "espeak",
    }
    if await anyio.to_thread.run_sync(wants_whisper, settings):
        wanted["transcriber"] = "whisper"
    if await anyio.to_thread.run_sync(wants_kokoro, settings):
        wanted["synthesizer"] = "kokoro"
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        config = Path(folder) / "config"
        config.mkdir()
        (config / "settings.json").write_bytes(msgspec.json.encode(settings))
        async with (
            aiohttp.ClientSession(trust_env=False) as client,
            own_sidecar(False, str(config), str(Path(folder) / "data")) as sidecar,
            client.ws_connect(
                sidecar.url, headers=sidecar.headers, max_msg_size=MAX_MESSAGE_BYTES, compress=0
            ) as socket,
        ):
            return await turns(socket, engines.asked, rounds, wanted)


def _fits(engines: Bench, here: Machine) -> list[Fit]:
    store = ModelStore(model_folder())
    measured = {one.name: engines.figure(f"recognition {one.name}") for one in MODELS if one.engine == "whisper"}
    measured["kokoro"] = engines.figure("voice kokoro")
    fits = []
    for model in MODELS:
        whole = Fetchable(model, store)
        is_here = measured[model.name] is not None or whole.presence() == "here"
        left_mb = max(0, whole.size_bytes() - whole.bytes_there()) // 10**6
        fits.append(fitting.fit(model, left_mb, here, is_here, measured[model.name]))
    return fits


def _choose(report: Report, file: SettingsFile, options: argparse.Namespace) -> int:
    """Ask, and write. Nothing is fetched here: `parley models get` asks for that."""
    say = _tell if options.json else _say
    for name in report.choice.fetch:
        say(f"\nBetter would be {name}: parley models get {name}")
    values = fitting.changes(report.choice, file.settings)
    if not values:
        return 0
    say("\nBest with what is here ({}):".format("; ".join(report.choice.why)))
    for field, value in values.items():
        say(f"  {field}: {value} (now {getattr(file.settings, field)})")
    if not options.yes and not _agrees():
        say("Nothing was changed; --yes writes it.")
        return 0
    if anyio.run(find) is not None:
        say("Parley runs, and would write its own settings over these: quit it first, or set them in its window.")
        return 0
    try:
        file.change(values)
    except BadConfig as error:
        return _complain(f"this is not written: {error}", EXIT_FAILED)
    say(f"Written into {file.folder / 'settings.json'}.")
    return 0


def _agrees() -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write("Write this into the settings? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _tell(text: str) -> None:
    """Beside the result: how far it is."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"parley bench: {text}\n")
    return code
