"""Numbers as people say them: "one hundred and five", "three point one four". Used by offline_sums.py."""

import re
from fractions import Fraction

_ONES = "zero one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: value for value, word in enumerate(f"{_ONES} {_TEENS}".split())}
_SMALL |= {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
_LARGE = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
HOMOPHONES = {"won": "one", "to": "two", "too": "two", "for": "four", "fore": "four", "ate": "eight"}
"""Taken for numbers only where the whole question is a sum otherwise."""


class NoNumber(Exception):
    """Here is no number, so the text is no sum."""


def take_number(words: list[str]) -> Fraction:
    """Take a number from the front: digits, or words like "one hundred and five", "three point one four"."""
    if re.fullmatch(r"\d+(?:\.\d+)?", words[0]):
        value = Fraction(words.pop(0))
        while words and words[0] in _LARGE:
            value *= _LARGE[words.pop(0)]
        return value
    if words[0] == "a" and len(words) > 1 and words[1] in _LARGE:
        words[0] = "one"
    total = group = 0
    taken = False
    while words:
        word = HOMOPHONES.get(words[0], words[0]) if not taken else words[0]
        if word in _SMALL and _continues(group, _SMALL[word], taken):
            group += _SMALL[word]
        elif taken and word == "hundred":
            group *= 100
        elif taken and word in _LARGE:
            total, group = total + group * _LARGE[word], 0
        elif not (taken and word == "and" and len(words) > 1 and words[1] in _SMALL):
            break
        taken = True
        words.pop(0)
    if not taken:
        raise NoNumber
    return total + group + _decimals(words)


def _continues(group: int, value: int, taken: bool) -> bool:
    """Whether a small number belongs to the one being read: "twenty five" does, "five twenty" does not."""
    last = group % 100
    return not taken or last == 0 or (last >= 20 and last % 10 == 0 and value < 10)


def _decimals(words: list[str]) -> Fraction:
    digits = ""
    if words and words[0] == "point":
        words.pop(0)
        while words and _SMALL.get(words[0], 10) < 10:
            digits += str(_SMALL[words.pop(0)])
        if not digits:
            raise NoNumber
    return Fraction(int(digits or 0), 10 ** len(digits))
