"""How long a text is for a language model, by a rule that needs no tokenizer. Pure."""

from collections.abc import Iterable

BYTES_PER_TOKEN = 3
"""English takes about four bytes a token, so this errs on the safe side there; scripts of three bytes a character take
about a token for each."""

TOKENS_PER_MESSAGE = 4
"""Who speaks, and where it ends."""


def estimated_tokens(texts: Iterable[str]) -> int:
    """Of messages with these texts, together."""
    return sum(TOKENS_PER_MESSAGE + -(-len(text.encode()) // BYTES_PER_TOKEN) for text in texts)
