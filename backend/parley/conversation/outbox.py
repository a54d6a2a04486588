"""What a session has to say, numbered and in order, kept until the client has it.

Producers `post`; each link reads through a cursor of its own; the speaker's acks let go of what has arrived.
What is not acknowledged is kept and counted, and holds the producers when it grows past a bound: speech is
never dropped for slowness. A reader that reconnects takes up where its client says it stopped. Nothing is sent
before the journal has it, so that no client knows more than what outlives the process.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import anyio

from ..memory.journal import Journal, Numbered
from ..wire.codec import Frame

MAX_UNACKED_BYTES = 1 << 20
"""24 s of speech at 22.05 kHz: far more than a healthy client lags, and little memory for one that does not read."""

MESSAGE_BYTES = 256
"""What a message counts for: about its size with the words of a sentence."""


@dataclass(frozen=True)
class _Entry:
    item: Numbered | Frame
    seq: int
    """Of the message, or of the last message before the frame."""
    size: int


class Outbox:
    def __init__(
        self, max_unacked_bytes: int = MAX_UNACKED_BYTES, journal: Journal | None = None, last_seq: int = 0
    ) -> None:
        """`last_seq`: of an earlier process."""
        self._journal = journal or Journal("")
        self._entries: deque[_Entry | None] = deque()
        self._first = 0
        """Position of the leftmost entry, counted from the session's beginning. None: dropped, see `drop_speech`."""
        self._let_go = 0
        """Position after the last entry that was acknowledged. Those dropped since are missed by nobody."""
        self._max = max_unacked_bytes
        self._unacked = 0
        self._seq = last_seq
        self._written_seq = last_seq
        self._cut_turn = 0
        self._room = anyio.Event()
        self._readers: list[Reader] = []

    @property
    def unacked_bytes(self) -> int:
        return self._unacked

    async def room(self) -> None:
        """Wait while too much is unacknowledged. Producers call it before each sentence, not within one, so that a
        client that does not read holds back its own answer and never an engine that others use."""
        while self._unacked >= self._max:
            if self._room.is_set():
                self._room = anyio.Event()
            await self._room.wait()

    def post(self, make: Callable[..., Numbered]) -> None:
        """Queue the message that `make(seq=…)` returns for the next number."""
        self._seq += 1
        message = make(seq=self._seq)
        self._append(message, MESSAGE_BYTES)
        self._journal.posted(message, partial(self._on_written, self._seq))

    def post_speech(self, frame: Frame) -> None:
        """Queue speech; that of a turn which was cut is dropped by its number."""
        if frame.stream > self._cut_turn:
            self._append(frame, len(frame.pcm))

    def drop_speech(self, turn_id: int) -> None:
        """Forget the frames of a turn that was cut, and refuse later ones. Readers pass over them."""
        self._cut_turn = max(self._cut_turn, turn_id)
        for index, entry in enumerate(self._entries):
            if entry is not None and isinstance(entry.item, Frame) and entry.item.stream == turn_id:
                self._entries[index] = None
                self._unacked -= entry.size
        self._tell_producers()

    def ack(self, last_seq: int, turn_id: int | None = None, samples: int = 0) -> None:
        """Let go of what the speaker's client has: all up to `last_seq`, and that turn's first `samples`."""
        while self._entries and _has_arrived(self._entries[0], last_seq, turn_id, samples):
            entry = self._entries.popleft()
            self._first += 1
            if entry is not None:
                self._unacked -= entry.size
                self._let_go = self._first
        self._tell_producers()

    @property
    def first_seq(self) -> int:
        """The lowest number that is still here, or that comes next: those before it are in the record alone."""
        for entry in self._entries:
            if entry is not None:
                return entry.seq + isinstance(entry.item, Frame)
        return self._seq + 1

    def reader(
        self, last_seq: int = 0, turn_id: int | None = None, samples: int = 0, missed: Iterable[Numbered] = ()
    ) -> "Reader":
        """A cursor on the first thing that this client does not have. Close it when its link ends.

        `missed`: what it has not and is not here any more; comes first.
        """
        position = self._first
        for entry in self._entries:
            if not _has_arrived(entry, last_seq, turn_id, samples):
                break
            position += 1
        reader = Reader(self, position, missed)
        self._readers.append(reader)
        return reader

    def _tell_producers(self) -> None:
        if self._unacked < self._max:
            self._room.set()

    def _append(self, item: Numbered | Frame, size: int) -> None:
        self._entries.append(_Entry(item, self._seq, size))
        self._unacked += size
        for reader in self._readers:
            reader.wake()

    def _on_written(self, seq: int) -> None:
        self._written_seq = seq
        for reader in self._readers:
            reader.wake()

    def _read(self, position: int) -> tuple[Numbered | Frame | None, int]:
        """The first thing at or after `position`, and where to go on."""
        position = max(position, self._first)
        while position < self._first + len(self._entries):
            entry = self._entries[position - self._first]
            if entry is not None and entry.seq > self._written_seq:
                break
            position += 1
            if entry is not None:
                return entry.item, position
        return None, position

    def _forget(self, reader: "Reader") -> None:
        self._readers.remove(reader)


class Reader:
    """One link's place in the outbox, and its bell."""

    def __init__(self, outbox: Outbox, position: int, missed: Iterable[Numbered] = ()) -> None:
        self._outbox = outbox
        self._missed = deque(missed)
        self._position = position
        self._bell = anyio.Event()
        self.lost = False
        """Something was let go of before this reader came to it: only a viewer can be so slow."""

    def next(self) -> Numbered | Frame | None:
        """What comes next, None when there is nothing."""
        if self._missed:
            return self._missed.popleft()
        self.lost |= self._position < self._outbox._let_go
        item, self._position = self._outbox._read(self._position)
        return item

    def wake(self) -> None:
        self._bell.set()

    async def wait(self) -> None:
        """Until something was posted, or `wake` was called, since the last `wait`."""
        await self._bell.wait()
        self._bell = anyio.Event()

    def close(self) -> None:
        self._outbox._forget(self)


def _has_arrived(entry: _Entry | None, last_seq: int, turn_id: int | None, samples: int) -> bool:
    if entry is None:
        return True
    item = entry.item
    if not isinstance(item, Frame):
        return entry.seq <= last_seq
    # A later message that arrived vouches for the frames before it: a socket keeps the order.
    return entry.seq < last_seq or (item.stream == turn_id and item.first_sample + item.sample_count <= samples)
