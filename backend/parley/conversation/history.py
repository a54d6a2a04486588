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


@dataclass(frozen=True)
class Place:
    """Where in a capture something was said."""

    stream: int
    first_sample: int
    """With the pre-roll."""
    speech_sample: int
    end_sample: int
    """With the pause that ended it."""


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
    stopped: bool = False
    """By a key or a word that says so."""
    place: Place | None = None
    """Where it was said. None: it was not spoken."""
    is_order: bool = False
    """It asks for no answer: to stop, for instance. The language model is not told."""
    acted: bool = False
    """Tools were asked for: something may have happened."""
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


def asks(sentences: Sequence[SpokenSentence], heard_samples: int) -> bool:
    """Whether what is being heard is a question that ends the answer so far: then "yes" and "okay" answer it."""
    spoken = [sentence for sentence in sentences if sentence.first_sample is not None]
    if not spoken or (spoken[-1].first_sample or 0) > heard_samples:
        return False
    return spoken[-1].text.rstrip(' \n*_"”’)').endswith("?")


def whole_text(turns: Sequence[Turn]) -> str:
    """The last answer, heard or not. "": there was none."""
    answers = ("".join(sentence.text for sentence in turn.sentences) for turn in reversed(turns) if turn.said)
    return next((text for text in answers if text.strip()), "")


def unheard_text(turns: Sequence[Turn]) -> str:
    """Of the last answer, if it was cut off: what follows the last sentence that was heard to its end. "": nothing, or
    the language model was not through with it, and knows how it goes on."""
    turn = next((turn for turn in reversed(turns) if turn.said and not turn.is_order), None)
    if turn is None or not (turn.cut and turn.whole):
        return ""
    starts = [sentence.first_sample for sentence in turn.sentences]
    for index, start in enumerate(starts):
        later = [one for one in starts[index + 1 :] if one is not None]
        end = min(later, default=turn.speech_samples)
        if turn.heard_samples < end if start is not None else not later:
            return "".join(sentence.text for sentence in turn.sentences[index:])
    return ""


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
        if turn.is_order or not turn.said:
            continue  # That asks for nothing; or a voice was tried.
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
