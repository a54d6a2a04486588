"""What is written but not said: a table of rewriting rules, in the order they apply. speakable.py applies
them.

Each rule says words in place of the first part of what it matched, keeps a stretch, and drops the rest.
"""

import html
import re
from collections.abc import Callable
from typing import NamedTuple

EMOJI = (
    "\U0001f000-\U0001faff\U000e0000-\U000e0fff\u2600-\u266c\u2670-\u27bf\u25a0-\u25ff\u2b00-\u2bff\u231a\u231b\u2328"
    "\u23cf\u23e9-\u23f3\u23f8-\u23fa\u2934\u2935\u3030\u303d\u3297\u3299\u2122\u2139\u24c2\u20e3\u200d\ufe0e\ufe0f©®"
)
"""Body of a character class: emoji, with joiners and selectors. Blocks, not a package's list: Unicode
reserves them for pictographs, so next year's are in it. The musical ♭♮♯ are spared, and ⌘⌥, which
instructions need."""

_INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\uffff\U000e0000-\U000e0fff\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff"
)
"""Controls, zero width, bidi, selectors, private use, and lone surrogates (no engine can encode those)."""

_URL_CHAR = r"[^\s<>\"`\u3000-\u9fff\uff00-\uffef]"
"""Chinese and Japanese text follows an address without a space."""
_URL = (
    rf"[a-z][a-z0-9+.-]{{0,20}}://{_URL_CHAR}*|\bwww\.{_URL_CHAR}+|"
    rf"(?<![\w.-])(?:[\w-]{{1,63}}\.){{1,6}}(?:com|org|net|edu|gov|io|dev|ai|app|co|me|info)/{_URL_CHAR}*"
)
_READABLE_CODE = re.compile(r"[\w\s./:@#+'()*-]{1,40}")
_MAX_CODE_WORDS = 5


class Said(NamedTuple):
    """What becomes of a match. Positions are in the matched string."""

    words: str
    """Said in place of what comes before `keep_from`."""
    keep_from: int
    keep_to: int


class Rule(NamedTuple):
    pattern: re.Pattern[str]
    said: Callable[[re.Match[str]], Said]


def _keep(match: re.Match[str]) -> Said:
    return Said("", *match.span("keep"))


def _link(match: re.Match[str]) -> Said:
    """Stops and brackets after an address are the sentence's."""
    address = match[0].rstrip(".,;:!?)]}'*_~|”’»")
    if match[0].startswith(")", len(address)) and address.count("(") > address.count(")"):
        address += ")"
    return Said("a link", match.start() + len(address), match.end())


def _code(match: re.Match[str]) -> Said:
    """Names and short commands are read; anything longer is for the eyes."""
    code = match["code"]
    readable = _READABLE_CODE.fullmatch(code) and len(code.split()) <= _MAX_CODE_WORDS
    return Said(" ", *match.span("code")) if readable else Said(" ", match.end(), match.end())


def _entity(match: re.Match[str]) -> Said:
    return Said(html.unescape(match[0]), match.end(), match.end())


def _stars(match: re.Match[str]) -> Said:
    """Stars touch a word where they mean emphasis; between two numbers or alone they are arithmetic."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    alone = before.isspace() and after.isspace()
    between = before.isascii() and (before.isalnum() or before == ")") and (after.isalnum() or after == "(")
    arithmetic = (alone or between) if len(match[0]) == 1 else between and before.isdigit()
    return Said("", match.start() if arithmetic else match.end(), match.end())


def _underscores(match: re.Match[str]) -> Said:
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return Said(" " if before.isalnum() and after.isalnum() else "", match.end(), match.end())


def _marks(match: re.Match[str]) -> Said:
    """One of several: a question stays one."""
    at = match.start() + max(match[0].find("?"), 0)
    return Said("", at, at + 1)


def _rule(pattern: str, said: str | Callable[[re.Match[str]], Said] = "") -> Rule:
    """`said` is words, or a function; a pattern with a group called `keep` keeps it."""
    compiled = re.compile(pattern, re.MULTILINE | re.IGNORECASE)
    if not isinstance(said, str):
        return Rule(compiled, said)
    words = said
    return Rule(compiled, _keep if "keep" in compiled.groupindex else lambda m: Said(words, m.end(), m.end()))


RULES = (
    _rule(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", _entity),
    _rule(f"[{_INVISIBLE}]+"),
    _rule(r"(?P<keep>[^\S\n])[^\S\n]+"),
    # Blocks and HTML
    _rule(
        r"^[ \t>]*(?:[-*+][ \t]+|\d{1,3}[.)][ \t]+)?(?P<marks>`{3,}|~{3,})[^`\n]*(?:\Z|\n"
        r"(?:.*\n)*?(?:[ \t>]*(?P=marks)[`~]*[ \t]*$|.*\Z))"
    ),
    _rule(r"(?P<keep>\n)\s+"),
    _rule(r"<!--(?:[^-]|-(?!->))*(?:-->|\Z)", " "),
    _rule(r"</?(?:br|p|li|tr|td|th|div|h[1-6]|hr)\s*/?>", "\n"),
    _rule(r"</?[a-z][a-z0-9-]*(?:\s+[a-z-]+=(?:\"[^\"]*\"|'[^']*'))*\s*/?>"),
    # Emoticons and emoji
    _rule(
        r"(?<!\S)(?:>?[:;]['^o-]?[()dpo3/|\\*\[\]]+|=[()dp]+|xd+|<3|\^_*\^|t_t|¯\\_\(ツ\)_/¯)(?=[\s.,!?]|$)",
        " ",
    ),
    _rule(r"[0-9#*]\u20e3|[←-⇿]\ufe0f", " "),
    _rule(f"[{EMOJI}\u203c\u2049]+", " "),
    # Code and links
    _rule(r"(?P<ticks>`+)(?P<code>[^`\n](?:[^\n]*?[^`\n])?)(?P=ticks)(?!`)", _code),
    _rule(r"!?\[(?P<keep>[^\[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+[\"'(][^\n\"']*[\"')])?\s*\)"),
    _rule(
        r"!?\[(?P<keep>[^\[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+[\"'(][^\n\"']*[\"')])?\s*\)"
    ),  # image in a link
    _rule(r"\]\([^()\s]*\)"),  # the end of a link whose label was cut
    _rule(r"^[ \t]*\[\^[^\]\n]+\]:[ \t]*"),
    _rule(r"^[ \t]*\[[^\]\n]+\]:[ \t]+<?(?:\w+://|/|#|www\.|mailto:).*$"),
    _rule(r"\[(?P<keep>(?![\d^])[^\[\]\n]+)\]\[[^\[\]\n]*\]"),
    _rule(r"[ \t]*(?:\[\^[^\]\s]{1,30}\]|\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\]|【[^】\n]*†[^】\n]*】)"),
    _rule(r"<(?P<keep>[a-z][a-z0-9+.-]*:[^<>\s]+|[^<>@\s]+@[^<>\s]+)>"),
    _rule(_URL, _link),
    _rule(r"\bmailto:(?=\S)"),
    # Lines
    _rule(r"^[ \t>]*(?:(?:[-*_][ \t]*){3,}|=+[ \t]*|[ \t|:-]*-[ \t|:-]*\|[ \t|:-]*|\|[ \t|:-]*-[ \t|:-]*)$"),
    _rule(r"^[ \t]*(?:>[ \t]*)+"),
    _rule(r"^[ \t]*[-*+•·][ \t]+(?:\[[ x]\][ \t]+)?"),
    _rule(r"^[ \t]*#{1,6}[ \t]+|[ \t]+#+[ \t]*$"),
    _rule(r"^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$"),
    _rule(r"[ \t]*[|•]+[ \t]*", ", "),
    # Emphasis, names, formulas
    _rule(r"~~"),
    _rule(r"\*+", _stars),
    _rule(r"_+(?![\w.+-]{0,64}@\w)", _underscores),
    _rule(r"(?<![\w$])\$\$?(?=[^$\n]*[\\^={}+]|[a-z]\w?\$)(?P<keep>[^\s$](?:[^$\n]*[^\s$])?)\$\$?(?!\d)"),
    _rule(r"\\(?P<keep>[!-/:-@\[-_{-~])"),
    _rule(r"[\\{}]+", " "),
    _rule(r"(?<=[\w)])\^(?=[\w(-])", " to the power of "),
    # Signs
    _rule(r"\s*(?:-+>|=+>|<-+|[←-⇿⟵-⟿])\s*", ", "),
    _rule(r"\s*&+\s*", " and "),
    _rule(r"(?<!\w)#(?=[^\W\d])"),
    _rule(r"(?<!\w)#(?=\d)", "number "),
    _rule(r"[!?]{2,}", _marks),
    _rule(r"(?P<keep>\.{3})\.+"),
    _rule(r"(?<=\w)--(?=\w)|(?<=\s)--(?=\s)", "—"),
    _rule(r"(?<!\S)--?(?=[a-z])"),  # an option: --verbose
    _rule(r"([=#~^+<>/-])\1{2,}", " "),
    _rule(r"(?<![a-z0-9+/=-])(?=[a-z+/=-]*\d)[a-z0-9+/=-]{32,}", " "),  # keys, hashes, base64
    _rule(r"`+"),
    _rule(r"\(\s*\)|\[\s*\]"),
    _rule(_URL, _link),  # again: what was taken out may have joined one
    # Space
    _rule(r"(?<=[^\s.,;:!?…—。！？、，])\s*\n\s*(?=\S)", ", "),
    _rule(r"[^\S ]\s*", " "),
    _rule(r"(?P<keep> )\s+"),
    _rule(r"\s+(?=[,.;:!?](?:\s|$))"),
    _rule(r"(?P<keep>,)(?:\s*,)+"),
    _rule(r"\A(?:[\s,;:!?)]|\.(?!\w))+|\s+\Z"),
)
