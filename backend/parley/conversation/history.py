"""What was said, and of the answers what was heard: what the language model is told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..engines.ports import ChatMessage, ToolCall, ToolResult, WordTime
from ..engines.tokens import estimated_tokens

INTERRUPTED = "—"
"""Ends an answer that was cut off, as in a written dialogue."""


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
    scripted: str = ""
    """What is to be said, where nobody is to be asked: a reminder's words."""
    used: list[tuple[ToolCall, ToolResult]] = field(default_factory=list)
    """Tools, and what came of it."""
    whole: bool = False
    """The language model has nothing more to say."""
    first_unheard: int = 0
    """The sentence that is to be spoken first: not 0 after a restart (recall.py)."""

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


def remembered(turns: Sequence[Turn], budget_tokens: int) -> list[Turn]:
    """The turns that are kept, whole, the newest first among them. Where they have outgrown the budget, half of it is
    freed at once: then requests begin alike for many turns, and a server that keeps what it has read need not read
    them anew."""
    sizes = [_tokens(turn) for turn in turns]
    if sum(sizes) <= budget_tokens:
        return list(turns)
    first, total = len(turns), 0
    while first > 0 and total + sizes[first - 1] <= budget_tokens / 2:
        first -= 1
        total += sizes[first]
    return list(turns[min(first, len(turns) - 1) :])


def _tokens(turn: Turn) -> int:
    used = (f"{call.name}{call.arguments}{result.text}" for call, result in turn.used)
    return estimated_tokens([turn.said, turn.reply, *used])


def chat(turns: Sequence[Turn]) -> list[ChatMessage]:
    """The conversation as the model gets it: alternating, beginning and ending with the user."""
    messages: list[ChatMessage] = []
    for turn in turns:
        if not turn.said:
            continue  # A voice was tried.
        if messages and messages[-1].role == "user":
            # The turn before had no answer (it failed, or was cut before a word): say both together.
            messages[-1] = replace(messages[-1], text=f"{messages[-1].text}\n{turn.said}".strip())
        else:
            messages.append(ChatMessage("user", turn.said))
        if turn.used:
            # What the model thought about them is needed while it uses them, and not after.
            calls = tuple(replace(call, context=()) for call, _ in turn.used)
            results = tuple(result for _, result in turn.used)
            messages += [ChatMessage("assistant", "", calls), ChatMessage("user", "", (), results)]
        reply = turn.reply
        if reply.strip(f"{INTERRUPTED} \n"):
            messages.append(ChatMessage("assistant", reply))
    if messages and messages[-1].role == "assistant":
        messages.pop()
    return messages
