"""Arithmetic as people say it: "how much is two plus two", "15% of 80", "the square root of 2". No eval.

    solve:    sum = product (("plus" | "minus") product)*
    product = power (("times" | "divided by" | "percent of") power)*
    power   = operand ("squared" | "cubed" | "to the power of" power)?
    operand = number | "minus" operand | "square root of" operand | "(" sum ")"

Fractions keep results exact; whatever is no whole sum is not answered at all.
"""

import math
import re
from fractions import Fraction

from .offline_numbers import NoNumber, take_number

MAX_EXPONENT = 200
MAX_DIGITS = 30
"""Longer results are not read out: nobody listens to them."""

_LEAD_IN = re.compile(
    r"^(?:(?:hey|ok|okay|please|parley|so|and|can|could|you|tell|me|what|what's|whats|is|are|how|much|many"
    r"|calculate|compute|work out|solve|the result of|one is)\s+)+"
)
"""What asks for a sum. pocketsphinx hears "one is" in "what is"."""
_LEAD_OUT = re.compile(r"\s+(?:please|equals?|make|makes)$")

_PHRASES = (
    ("divided by", "/"), ("over", "/"), ("÷", "/"),
    ("multiplied by", "*"), ("times", "*"), ("×", "*"),
    ("to the power of", "^"), ("raised to", "^"), ("squared", "^ 2"), ("cubed", "^ 3"), ("**", "^"),
    ("the square root of", "root"), ("square root of", "root"), ("√", "root"),
    ("percent of", "%"), ("per cent of", "%"), ("% of", "%"), ("percent to", "%"),
    ("plus", "+"), ("minus", "-"), ("−", "-"), ("take away", "-"), ("less", "-"), ("negative", "-"),
)  # fmt: skip
_SPOKEN = {"+": "plus", "-": "minus", "*": "times", "/": "divided by", "%": "percent of"}
_SPOKEN |= {"^": "to the power of", "root": "the square root of"}


def solve(question: str) -> str | None:
    """Answer a sum in a sentence, or None when the question is none."""
    try:
        tokens = _tokens(question)
        if not any(isinstance(token, str) and token not in "()" for token in tokens):
            return None
        said = _say(tokens)
        parser = _Parser(tokens)
        value = parser.sum()
        if parser.rest():
            return None
    except NoNumber:
        return None
    except ZeroDivisionError:
        return "Nothing can be divided by zero."
    except ArithmeticError as error:
        return str(error)
    return f"{said} is {_spoken_number(value)}."


class _Parser:
    """One pass over the tokens: numbers, operators of one sign, "root" and brackets."""

    def __init__(self, tokens: list[Fraction | str]) -> None:
        self._tokens = tokens
        self._at = 0

    def rest(self) -> list[Fraction | str]:
        return self._tokens[self._at :]

    def sum(self) -> Fraction:
        value = self._product()
        while (sign := self._take("+", "-")) is not None:
            right = self._product()
            value = value + right if sign == "+" else value - right
        return value

    def _product(self) -> Fraction:
        value = self._power()
        while (sign := self._take("*", "/", "%")) is not None:
            right = self._power()
            value = value / right if sign == "/" else value * right / (100 if sign == "%" else 1)
        return value

    def _power(self) -> Fraction:
        value = self._operand()
        if self._take("^") is None:
            return value
        exponent = self._power()
        if exponent.denominator != 1 or abs(exponent) > MAX_EXPONENT or _digits(value) * abs(exponent) > 400:
            raise ArithmeticError("That power is more than I can work out.")
        return Fraction(value ** int(exponent))

    def _operand(self) -> Fraction:
        if self._take("-") is not None:
            return -self._operand()
        if self._take("root") is not None:
            return _square_root(self._operand())
        if self._take("(") is not None:
            value = self.sum()
            if self._take(")") is None:
                raise NoNumber
            return value
        if self._at < len(self._tokens) and isinstance(token := self._tokens[self._at], Fraction):
            self._at += 1
            return token
        raise NoNumber

    def _take(self, *signs: str) -> str | None:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if not isinstance(token, str) or token not in signs:
            return None
        self._at += 1
        return token


def _tokens(question: str) -> list[Fraction | str]:
    text = " ".join(question.lower().replace("’", "'").rstrip(" .?!=").split())
    text = _LEAD_OUT.sub("", _LEAD_IN.sub("", text))
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = re.sub(r"(?<=[\d\s])x(?=[\d\s])", "*", text)
    for phrase, sign in _PHRASES:
        edge = r"\b" if phrase[0].isalpha() else ""
        text = re.sub(rf"{edge}{re.escape(phrase)}{edge}", f" {sign} ", text)
    words = re.findall(r"\d+(?:\.\d+)?|[a-z]+|[-+*/^%()]|\S", re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text))
    tokens: list[Fraction | str] = []
    while words:
        if words[0] in _SPOKEN or words[0] in "()":
            tokens.append(words.pop(0))
        else:
            tokens.append(take_number(words))
    return tokens


def _square_root(value: Fraction) -> Fraction:
    if value < 0:
        raise ArithmeticError("A negative number has no real square root.")
    if _digits(value) > MAX_DIGITS:
        raise ArithmeticError("That number is too long for me.")
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return Fraction(math.sqrt(value))


def _digits(value: Fraction) -> int:
    return max(len(str(abs(value.numerator))), len(str(value.denominator)))


def _say(tokens: list[Fraction | str]) -> str:
    words = [_SPOKEN.get(token, token) if isinstance(token, str) else _plain(token) for token in tokens]
    said = " ".join(words).replace("( ", "(").replace(" )", ")")
    return said[0].upper() + said[1:]


def _plain(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):g}"


def _spoken_number(value: Fraction) -> str:
    if abs(value) >= 10**MAX_DIGITS:
        return f"a number with more than {MAX_DIGITS} digits"
    sign = "minus " if value < 0 else ""
    value = abs(value)
    if value.denominator == 1:
        return f"{sign}{value.numerator:,}"
    rounded = f"{float(value):,.4f}".rstrip("0").rstrip(".")
    exact = Fraction(rounded.replace(",", "")) == value
    if rounded == "0":
        return f"{'' if exact else 'almost '}zero"
    return f"{'' if exact else 'about '}{sign}{rounded}"
