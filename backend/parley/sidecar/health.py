"""How Parley does, as a window asks for it: times and figures, and what the doctor finds.

link → desk → health → telemetry/hub.py; and `parley doctor` in a process of its own, which steps back for everybody
else: it loads every package there is, and must not be heard in the conversation.
"""

import logging
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psutil
from anyio import DelimiterNotFound, EndOfStream, IncompleteRead, fail_after, open_process, to_thread
from anyio.abc import ByteReceiveStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream
from msgspec.structs import replace

from .. import __version__
from ..conversation.session import Participant
from ..doctor.checks import CHECKS
from ..errors import BadMessage, ParleyError, failure
from ..leashed import leashed
from ..telemetry.hub import Telemetry
from ..telemetry.spans import TurnTimes, Usual
from ..wire import messages as wire
from ..wire.base import given
from ..wire.messages import CheckResult, Checkup, Health, HealthAsk, Receipt

logger = logging.getLogger(__name__)

TURNS_TOLD = 20
"""As protocol.json has it: more than a window shows."""

CHECKUP_S = 180.0
"""All of it takes ten seconds; a check that waits for a server or a package has limits of its own."""

MAX_LINE_BYTES = 256 * 1024

NICE = 10
"""Of 19: it works when nobody else wants to."""

HealthOrder = HealthAsk | Checkup


class HealthDesk:
    def __init__(self, telemetry: Telemetry, passed_over: Callable[[], list[str]], config: Path, data: Path) -> None:
        """`passed_over`: checks that a process beside this one cannot make; `config` and `data`: the folders in use."""
        self._telemetry = telemetry
        self._folders = ["--config-dir", str(config), "--data-dir", str(data)]
        self._passed_over = passed_over
        self._is_looking = False

    async def health(self, order: HealthAsk) -> Health:
        telemetry = self._telemetry
        gauges, usual = await telemetry.gauges(), await telemetry.usual()
        # It asks a program, the first time.
        system = await to_thread.run_sync(platform.platform)
        counters = telemetry.counters
        names = ("interruptions", "holds", "false_starts", "answers_begun", "answers_used", "connections")
        counted = {name: int(getattr(counters, name)) for name in (*names, "reconnects", "drops", "missing_samples")}
        return Health(
            id=order.id,
            version=__version__,
            system=f"{system}, Python {platform.python_version()}",
            turns=[_turn(one) for one in list(telemetry.turns)[-TURNS_TOLD:]],
            usual=[_usual(one) for one in usual],
            rss_bytes=gauges.rss_bytes,
            worker_count=gauges.workers,
            workers_rss_bytes=gauges.workers_rss_bytes,
            cpu_percent=round(gauges.cpu_percent, 2),
            loop_lag_p99_ms=_ms(gauges.lag_p99_s),
            counts={"turns": sum(counters.turns.values()), **counted},
        )

    async def check_up(self, order: Checkup, sender: Participant) -> None:
        """Tell the results and, at the end, a receipt or a failure."""
        try:
            if self._is_looking:
                raise ParleyError("the doctor is looking already; wait until it is through.")
            self._is_looking = True
            try:
                await self._look(order, sender)
            finally:
                self._is_looking = False
        except ParleyError as error:
            sender.tell(replace(failure(error), id=order.id))
        except Exception:
            # Ours to mend; what is looked at beside the conversation must not end it.
            logger.exception("the doctor's answer broke")
            sender.tell(replace(failure(ParleyError("Parley made a mistake; its log says more.")), id=order.id))
        else:
            sender.tell(Receipt(id=order.id))

    async def _look(self, order: Checkup, sender: Participant) -> None:
        fix = given(order.fix)
        if fix is not None and fix not in (check.name for check in CHECKS):
            raise BadMessage(f"the doctor knows no check {fix!r}")
        skipped = [word for name in self._passed_over() for word in ("--skip", name)]
        chosen = ["--fix", "--only", fix] if fix is not None else skipped
        # The window says whether the microphone is open, and it is not.
        chosen = ["--no-listening", *chosen]
        # -P: no module is taken from the folder in which the sidecar happens to have been started.
        isolated = ["-I"] if sys.flags.isolated else ["-P"]
        doctor = ["-X", "utf8", *isolated, "-m", "parley", "doctor", "--lines", *self._folders, *chosen]
        command = leashed([sys.executable, *doctor])
        try:
            with fail_after(CHECKUP_S):
                # Windows alone has a flag for it, and would show a console.
                flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
                async with await open_process(command, stderr=None, creationflags=flags) as process:
                    assert process.stdout is not None
                    await to_thread.run_sync(_step_back, process)
                    await _read(process.stdout, order.id, sender)
        except TimeoutError:
            raise ParleyError(f"the doctor was not through after {CHECKUP_S:.0f} s.") from None
        except OSError as error:
            raise ParleyError(f"the doctor could not be started: {error.strerror}.") from error
        if process.returncode not in (0, 1, 2):
            raise ParleyError(f"the doctor ended with code {process.returncode}; Parley's log says more.")


async def _read(stdout: ByteReceiveStream, order_id: str, sender: Participant) -> None:
    lines = BufferedByteReceiveStream(stdout)
    try:
        while True:
            line = msgspec.json.decode(await lines.receive_until(b"\n", MAX_LINE_BYTES), type=dict[str, Any])
            sender.tell(msgspec.convert({**line, "type": "check_result", "id": order_id}, CheckResult))
    except (EndOfStream, IncompleteRead):
        pass
    except (msgspec.MsgspecError, DelimiterNotFound) as error:
        raise ParleyError(f"the doctor's answer is not understood: {error}.") from error


def _step_back(process: Process) -> None:
    try:
        psutil.Process(process.pid).nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", NICE))  # Windows has classes.
    except psutil.Error:
        pass  # It has ended already.


def _turn(turn: TurnTimes) -> wire.TurnTimes:
    return wire.TurnTimes(
        number=turn.number,
        at=turn.at,
        source=turn.source,
        outcome=turn.outcome,
        was_begun_in_pause=turn.was_begun_in_pause,
        waits=[wire.StageWait(stage=one.stage, wait_ms=_ms(one.seconds)) for one in turn.spans],
        works=[wire.StageWork(stage=one.stage, start_ms=_ms(one.start_s), end_ms=_ms(one.end_s)) for one in turn.works],
    )


def _usual(usual: Usual) -> wire.UsualTimes:
    return wire.UsualTimes(
        source=usual.source,
        turn_count=usual.turns,
        stages=[
            wire.StageUsual(stage=stage, p50_ms=_ms(p50_s), p95_ms=_ms(p95_s))
            for stage, (p50_s, p95_s) in usual.stages.items()
        ],
        p50_ms=_ms(usual.whole[0]),
        p95_ms=_ms(usual.whole[1]),
    )


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
