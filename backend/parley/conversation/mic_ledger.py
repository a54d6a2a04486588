"""Which of the microphone's samples are settled: in a committed transcript, or judged to be silence. Pure.

The client forgets what is settled and keeps the rest, so nothing that was said hangs on one process or socket.
"""

from ..audio.pcm import MIC_RATE_HZ
from ..wire.messages import MicAck

CREDIT = 10 * MIC_RATE_HZ
"""Samples that the client may be ahead of what was listened to: resending after a reconnect never floods us."""

ACK_STEP = MIC_RATE_HZ
"""In silence, one ack a second is enough."""


class MicLedger:
    """One capture's account. Every method returns the ack to send, or None when there is nothing new to tell."""

    def __init__(self, stream: int, settled: int = 0) -> None:
        """`settled`: up to there it is in the transcripts of an earlier process."""
        self._stream = stream
        self._open: list[int] = []
        """First samples of utterances that are not settled yet."""
        self._heard = settled
        self._told = MicAck(stream=stream, sample=settled, credit_sample=0)

    @property
    def ack(self) -> MicAck:
        settled = min([*self._open, self._heard])
        return MicAck(
            stream=self._stream,
            sample=max(settled, self._told.sample),
            credit_sample=max(self._heard + CREDIT, self._told.credit_sample),
        )

    def knows(self, first_sample: int) -> bool:
        """What begins there was listened to: it was silence, or became an utterance."""
        return first_sample < self._heard

    def began(self, first_sample: int) -> None:
        self._open.append(first_sample)

    def heard(self, end_sample: int) -> MicAck | None:
        """Everything before `end_sample` was listened to."""
        self._heard = max(self._heard, end_sample)
        ack = self.ack
        behind = ack.sample - self._told.sample >= ACK_STEP
        starving = self._told.credit_sample - self._heard < CREDIT - ACK_STEP
        return self._tell(ack) if behind or starving else None

    def settled(self, first_sample: int, end_sample: int) -> MicAck | None:
        """The utterance that began at `first_sample` is in a transcript, or held no words."""
        if first_sample in self._open:
            self._open.remove(first_sample)
        self._heard = max(self._heard, end_sample)
        return self.news()

    def news(self) -> MicAck | None:
        """Whatever was not told yet, however little: at the end of a capture."""
        return self._tell(self.ack)

    def _tell(self, ack: MicAck) -> MicAck | None:
        if ack == self._told:
            return None
        self._told = ack
        return ack
