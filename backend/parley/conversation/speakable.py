"""What is read aloud of a sentence, and where each character of it stands in what is shown.

Markdown, addresses and emoji are shown but not said. The spoken text goes to the synthesizer; `shown_words`
brings its word times back to the subtitle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..engines.ports import WordTime
from .markup import RULES, Rule


@dataclass(frozen=True)
class Speakable:
    text: str
    """What to say. Empty when there is nothing to say."""
    origin: tuple[int, ...]
    """For each character of `text`, the position (in code points) of the shown one it comes from, in order.

    Words that stand for something else (`a link`) have the position where that begins; their last character
    has the position where it ends, so that the words together cover it.
    """


def speakable(text: str) -> Speakable:
    """Clean a sentence for reading aloud. A longer text works too."""
    draft = Speakable(text, tuple(range(len(text))))
    for rule in RULES:
        draft = _apply(rule, draft)
    if not any(char.isalnum() for char in draft.text):
        return Speakable("", ())
    return draft


def _apply(rule: Rule, draft: Speakable) -> Speakable:
    text: list[str] = []
    origin: list[int] = []
    done = 0
    for match in rule.pattern.finditer(draft.text):
        said = rule.said(match)
        text += draft.text[done : match.start()], said.words, draft.text[said.keep_from : said.keep_to]
        origin += draft.origin[done : match.start()]
        if said.words:
            replaced_to = max(match.start(), said.keep_from - 1)
            origin += [draft.origin[match.start()]] * (len(said.words) - 1)
            origin.append(draft.origin[replaced_to if len(said.words) > 1 else match.start()])
        origin += draft.origin[said.keep_from : said.keep_to]
        done = match.end()
    if not done:
        return draft
    return Speakable("".join(text) + draft.text[done:], (*origin, *draft.origin[done:]))


def shown_words(spoken: Speakable, words: Sequence[WordTime]) -> list[WordTime]:
    """Move word times from the spoken text to the shown one (positions in code points).

    The result is in order and does not overlap. Words that were said for the same stretch (`a link`) become
    one, from the first one's sample on; a word outside the spoken text is left out.
    """
    shown: list[WordTime] = []
    end = 0
    for word in words:
        chars = spoken.origin[max(word.first_char, 0) : max(word.first_char + word.char_count, 0)]
        if not chars:
            continue
        first, last = chars[0], chars[-1]
        if shown and first < end:
            merged = shown.pop()
            first, last, first_sample = merged.first_char, max(last, end - 1), merged.first_sample
        else:
            first_sample = word.first_sample
        end = last + 1
        shown.append(WordTime(first_char=first, char_count=end - first, first_sample=first_sample))
    return shown
