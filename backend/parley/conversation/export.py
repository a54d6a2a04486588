"""A conversation as a text for people, or as data for programs."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from ..memory.conversations import Conversation
from .retold import Told


def as_markdown(facts: Conversation, told: Iterable[Told]) -> str:
    """What the user said in bold, the answers as they were shown."""
    parts = [f"# {facts.title}", f"{_date(facts.began_at)} to {_date(facts.changed_at)}"]
    for each in told:
        said = " ".join(each.turn.said.split())
        parts += [f"**You:** {said}"] if said else []
        parts += [f"**Parley:** {each.turn.reply.strip()}"] if each.turn.reply.strip() else []
    return "\n\n".join(parts) + "\n"


def as_json(facts: Conversation, told: Iterable[Told]) -> str:
    turns = [
        {
            "turn_id": each.turn.turn_id,
            "source": each.source,
            "said": each.turn.said,
            "reply": each.turn.reply,
            "outcome": each.outcome,
        }
        for each in told
    ]
    fields = {
        "session_id": facts.session_id,
        "title": facts.title,
        "began_at": _date(facts.began_at),
        "changed_at": _date(facts.changed_at),
        "turns": turns,
    }
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
