"""One conversation: who takes part in it, and what each message of theirs sets going. Outlives its sockets.

    link → session → microphone → dialogue → turn → outbox → link

A session has one speaker at a time and any number of viewers. `Sessions` keeps them by their id.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Protocol, assert_never

from anyio import Event, create_task_group
from msgspec import UNSET
from msgspec.structs import replace

from ..engines.slots import Engines
from ..errors import BadMessage, NotSpeaker, ParleyError, failure
from ..memory.journal import Journal, new_session_id
from ..settings import SettingsNow
from ..telemetry.gauges import Queues
from ..telemetry.hub import Telemetry
from ..telemetry.stopwatch import Stopwatch
from ..tools.toolbox import Toolbox
from ..wire.base import given
from ..wire.codec import Frame
from ..wire.messages import (
    Ack,
    Activity,
    Consent,
    ConsentAnswer,
    Failure,
    Heard,
    Hello,
    Interrupt,
    MicAck,
    MicClose,
    MicOpen,
    MicRest,
    PartialTranscript,
    Playback,
    Receipt,
    Retry,
    Role,
    RoleChanged,
    Say,
    ServerMessage,
    Typing,
    VoiceSample,
)
from .barge_in import BargeIn
from .consent import ConsentDesk
from .dialogue import Dialogue
from .microphone import Microphone, Outlets
from .outbox import Outbox
from .recall import NO_PAST, Past
from .recognition import Utterance
from .speculation import is_wanted

logger = logging.getLogger(__name__)

SessionMessage = (
    Hello | Ack | Say | Retry | VoiceSample | Interrupt | Playback | MicOpen | MicClose | Typing | ConsentAnswer
)
"""What concerns one conversation. The rest of `ClientMessage` concerns the sidecar as a whole: sidecar/desk.py."""

MAX_TEXT_CHARS = 8000
"""Of one typed message: some four pages."""

MAX_ID_CHARS = 64
REMEMBERED_IDS = 1000
"""Message ids that are answered without being carried out again: far more than a client sends again."""


Request = Say | Retry | VoiceSample | Interrupt | ConsentAnswer
"""What is carried out once, and answered."""


class Participant(Protocol):
    """A link, as its session sees it."""

    role: Role

    def tell(self, message: ServerMessage) -> None:
        """Send a message that has no number: of its kind, only the newest counts. Never waits."""
        ...


class Session:
    def __init__(
        self,
        engines: Engines,
        settings: SettingsNow,
        toolbox: Toolbox | None = None,
        on_change: Callable[[], None] = lambda: None,
        journal: Journal | None = None,
        past: Past = NO_PAST,
        telemetry: Telemetry | None = None,
    ) -> None:
        """`past`: of a session that goes on after the end of the process in which it was."""
        self._journal = journal or Journal(new_session_id())
        self.session_id = self._journal.session_id
        self.outbox = Outbox(journal=self._journal, last_seq=past.last_seq)
        self.participants: list[Participant] = []
        self.ended = Event()
        """Set by its owner when it serves no more."""
        self._receipts = OrderedDict((receipt.id, receipt) for receipt in past.receipts)
        self._on_floor = on_change
        """Called when `has_floor` may have changed."""
        self._consent = ConsentDesk(self._on_consent, past.questions)
        toolbox = Toolbox() if toolbox is None else toolbox
        stopwatch = Stopwatch(telemetry)
        self._dialogue = Dialogue(
            self.outbox,
            engines,
            self._on_change,
            toolbox,
            self._consent,
            settings().history_tokens,
            self._journal,
            past,
            stopwatch,
        )
        self._barge_in = BargeIn(self._dialogue, engines.transcriber)
        outlets = Outlets(
            on_utterance=self._on_utterance,
            on_pause=lambda heard: self._dialogue.speculate(heard.text, heard.place),
            on_resume=self._dialogue.withdraw,
            speculates=lambda: is_wanted(settings().speculate, engines),
            on_failure=self._on_failure,
            on_change=self._on_change,
            tell=self._tell_of_microphone,
        )
        self._microphone = Microphone(engines, settings, self._barge_in, outlets, past.settled, stopwatch)
        self._activity = Activity(state="idle")

    async def run(self) -> None:
        """Serve until cancelled."""
        async with create_task_group() as tasks:
            tasks.start_soon(self._microphone.run)
            tasks.start_soon(self._dialogue.run)
            tasks.start_soon(self._dialogue.keep_warm)

    @property
    def activity(self) -> Activity:
        return self._activity

    @property
    def consent(self) -> Consent:
        return self._consent.current

    @property
    def has_floor(self) -> bool:
        """Somebody listens and nobody speaks: the assistant may speak up by itself."""
        listens = any(participant.role == "speaker" for participant in self.participants)
        quiet = self._dialogue.stage is None and not self._microphone.hearing and not self._microphone.recognizing
        return listens and quiet and not self._consent.is_asking

    async def speak_up(self, headline: str, words: str) -> None:
        """Say something that the user wanted to be told; returns when it was made."""
        await self._dialogue.speak_up(headline, words)

    @property
    def queues(self) -> Queues:
        return Queues(
            sessions=1,
            windows=len(self.participants),
            unacked_bytes=self.outbox.unacked_bytes,
            mic_frames=self._microphone.waiting,
            turns=self._dialogue.waiting,
        )

    @property
    def mic_streams(self) -> list[MicAck]:
        return self._microphone.acks

    @property
    def is_idle(self) -> bool:
        return not self.participants

    def join(self, participant: Participant) -> None:
        """A second speaker takes over; the first is told and goes on as a viewer."""
        for other in self.participants:
            if participant.role == "speaker" and other.role == "speaker":
                other.role = "viewer"
                other.tell(RoleChanged(role="viewer"))
        self.participants.append(participant)
        self._on_floor()

    def leave(self, participant: Participant) -> None:
        self.participants.remove(participant)

    async def receive(self, message: SessionMessage, sender: Participant) -> None:
        """Act on a message. Waits only for a microphone that goes beyond its credit. Raises `BadMessage`."""
        if isinstance(message, Hello):
            raise BadMessage("a second hello on one connection")
        if sender.role != "speaker":
            if isinstance(message, Request):
                sender.tell(_refusal(message, NotSpeaker("this window is a viewer: another one is the speaker")))
            return
        match message:
            case Ack():
                turn_id, samples = given(message.received_turn_id), given(message.received_samples)
                self.outbox.ack(message.last_seq, turn_id, samples or 0)
            case Playback():
                self._dialogue.played(message)
                self._barge_in.played(message)
                self._journal.played(message)
                heard = Heard(turn_id=message.turn_id, heard_samples=message.heard_samples, state=message.state)
                self._tell_viewers(heard)
            case MicOpen() | MicClose():
                self._dialogue.expect()
                await self._microphone.feed(message)
            case Typing():
                self._dialogue.expect()
            case Say() | Retry() | VoiceSample() | Interrupt() | ConsentAnswer():
                answer = self._receipts.get(message.id) or self._carry_out(message)
                self._journal.after(partial(sender.tell, answer))
            case _:
                assert_never(message)

    async def hear(self, frame: Frame, sender: Participant) -> None:
        """A microphone frame. A viewer's is passed over: it may have been on its way when another took over."""
        if sender.role == "speaker":
            self._barge_in.arrive(frame)
            await self._microphone.feed(frame)

    def tell_all(self, message: ServerMessage) -> None:
        for participant in self.participants:
            participant.tell(message)

    def _carry_out(self, message: Request) -> Receipt | Failure:
        if not 0 < len(message.id) <= MAX_ID_CHARS:
            raise BadMessage(f"an id has {len(message.id)} characters, 1 to {MAX_ID_CHARS} are allowed")
        match message:
            case Say(text=text):
                text = text.strip()
                if not 0 < len(text) <= MAX_TEXT_CHARS:
                    return _refusal(message, BadMessage(f"a text has {len(text)} characters, 1 to 8000 are allowed"))
                turn_id = self._dialogue.ask(text)
            case Retry():
                if not self._dialogue.knows(message.turn_id):
                    return _refusal(message, BadMessage(f"there is no turn {message.turn_id} to answer again"))
                turn_id = self._dialogue.retry(message.turn_id)
            case VoiceSample():
                turn_id = self._dialogue.try_voice()
            case Interrupt():
                self._dialogue.stop(given(message.turn_id), given(message.heard_samples))
                return self._remember(Receipt(id=message.id))
            case ConsentAnswer():
                self._consent.answer(message.request_id, message.answer)
                return self._remember(Receipt(id=message.id))
            case _:
                assert_never(message)
        if turn_id is None:
            return _refusal(message, ParleyError("too much is waiting to be answered; wait a moment"))
        return self._remember(Receipt(id=message.id, turn_id=turn_id))

    def _remember(self, receipt: Receipt) -> Receipt:
        self._receipts[receipt.id] = receipt
        self._journal.answered(receipt)
        if len(self._receipts) > REMEMBERED_IDS:
            self._receipts.popitem(last=False)
        return receipt

    def _on_utterance(self, heard: Utterance) -> None:
        if self._dialogue.ask(heard.text, "speech", heard.place) is None:
            self._on_failure(ParleyError("too much was said before anything could be answered"))

    def _on_failure(self, error: ParleyError) -> None:
        logger.warning("%s: %s", error.code, error)
        self.outbox.post(partial(replace, failure(error)))

    def _on_change(self) -> None:
        activity = self._current_activity()
        if activity != self._activity:
            self._activity = activity
            self.tell_all(activity)
            if activity.state == "hearing":
                self._dialogue.expect()
        self._on_floor()

    def _on_consent(self) -> None:
        self.tell_all(self._consent.current)
        self._on_floor()

    def _current_activity(self) -> Activity:
        stage = self._dialogue.stage
        if self._is_hearing(stage is not None and stage[0] == "speaking"):
            return Activity(state="hearing")
        if stage is not None:
            return Activity(state=stage[0], turn_id=stage[1], note=self._dialogue.note or UNSET)
        if self._microphone.recognizing:
            return Activity(state="thinking")
        return Activity(state="listening" if self._microphone.is_open else "idle")

    def _is_hearing(self, is_speaking: bool) -> bool:
        """The user speaks: what the assistant says, or is about to say, is held."""
        if is_speaking and self._barge_in.is_contested:
            return self._barge_in.is_silent
        # Until it is known whether there were words in it, what was said before an answer's first word holds it.
        return self._microphone.hearing or (is_speaking and self._microphone.recognizing)

    def _tell_of_microphone(self, message: MicAck | MicRest | PartialTranscript) -> None:
        """What the client will forget must be written before it is told so."""
        tell = partial(self._tell_speaker, message)
        if isinstance(message, MicAck):
            self._journal.after(tell)
        else:
            tell()

    def _tell_speaker(self, message: ServerMessage) -> None:
        for participant in self.participants:
            if participant.role == "speaker":
                participant.tell(message)

    def _tell_viewers(self, message: ServerMessage) -> None:
        for participant in self.participants:
            if participant.role == "viewer":
                participant.tell(message)


def _refusal(message: Request, error: ParleyError) -> Failure:
    return replace(failure(error), id=message.id[:MAX_ID_CHARS])
