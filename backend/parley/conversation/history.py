"""What was said, and of the answers what was heard: what the language model is told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..engines.ports import ChatMessage, WordTime

INTERRUPTED = "—"
"""Ends an answer that was cut off, as in a written dialogue."""

MAX_TURNS = 40
"""Older turns are forgotten: about an hour of talk."""


@dataclass
class SpokenSentence:
    """A sentence of an answer and where its words lie in the turn's speech."""

    text: str
    first_sample: int | None = None
    """None: not spoken, or not yet."""
    words: list[WordTime] = field(default_factory=list)
    """first_char in `text`; first_sample from the start of the turn's speech."""


@dataclass
class Turn:
    """One thing the user said and its answer."""

    turn_id: int
    said: str
    sentences: list[SpokenSentence] = field(default_factory=list)
    speech_samples: int = 0
    """Made so far."""
    heard_samples: int = 0
    cut: bool = False
    """The user stopped it, or went on."""
    failed: bool = False

    @property
    def reply(self) -> str:
        """What stands in history: the whole answer, or what was heard of one that was cut."""
        if not self.cut:
            return "".join(sentence.text for sentence in self.sentences)
        return heard_text(self.sentences, self.heard_samples)


def heard_text(sentences: Sequence[SpokenSentence], heard_samples: int) -> str:
    """The words that began to sound before `heard_samples`, as shown, with the mark of an interruption.

    What is not read aloud (code) counts as received when the speech after it was reached.
    """
    heard = ""
    pending = ""
    for sentence in sentences:
        if sentence.first_sample is None:
            pending += sentence.text
            continue
        if sentence.first_sample >= heard_samples:
            break
        heard, pending = heard + pending, ""
        begun = [word for word in sentence.words if word.first_sample < heard_samples]
        if len(begun) < len(sentence.words):
            end = begun[-1].first_char + begun[-1].char_count if begun else 0
            return (heard + sentence.text[:end]).rstrip() + INTERRUPTED
        heard += sentence.text
    return heard.rstrip() + INTERRUPTED


def chat(turns: Sequence[Turn]) -> list[ChatMessage]:
    """The conversation as the model gets it: alternating, beginning and ending with the user."""
    messages: list[ChatMessage] = []
    for turn in turns:
        if messages and messages[-1].role == "user":
            # The turn before had no answer (it failed, or was cut before a word): say both together.
            messages[-1] = ChatMessage("user", f"{messages[-1].text}\n{turn.said}")
        else:
            messages.append(ChatMessage("user", turn.said))
        reply = turn.reply
        if reply.strip(f"{INTERRUPTED} \n"):
            messages.append(ChatMessage("assistant", reply))
    if messages and messages[-1].role == "assistant":
        messages.pop()
    return messages
