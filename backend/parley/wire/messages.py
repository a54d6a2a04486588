# Generated from shared/protocol.json by `npm run protocol`. Do not edit.

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, UnsetType
from parley.wire.base import Message

ParleyProtocol: TypeAlias = Annotated[
    Any,
    Meta(
        description='Everything that crosses between the sidecar and its clients (/client-ws: one JSON message per text frame, audio as binary frames) and between the sidecar and its parent process (lines on stdin and stdout). Readers ignore unknown fields; writers send none. Absent means absent: there is no null. Order of a change: here, with an example; then `npm run protocol`; then the compilers list every place to touch; then a line in CHANGELOG.md.',
        title='ParleyProtocol',
    ),
]


ProtocolVersion: TypeAlias = Annotated[
    int,
    Meta(
        description='Raised only when an older peer could not go on. A mismatch is answered with failure version_mismatch and close code 4002, never with a reconnect.',
        ge=1,
        le=65535,
        title='ProtocolVersion',
    ),
]


Seq: TypeAlias = Annotated[
    int,
    Meta(
        description='Numbers what must not be lost, from 1, within one session. Numbered messages arrive in this order; one that arrives twice is dropped by its number.',
        ge=1,
        le=9007199254740991,
        title='Seq',
    ),
]


TurnId: TypeAlias = Annotated[
    int,
    Meta(
        description='Numbers the turns of one session from 1. A turn is one thing the user said and its answer.',
        ge=1,
        le=4294967295,
        title='TurnId',
    ),
]


StreamId: TypeAlias = Annotated[
    int,
    Meta(
        description='Numbers a capture of the microphone, chosen by the client: new at each start of capture, and daily. Never used twice in one session.',
        ge=1,
        le=4294967295,
        title='StreamId',
    ),
]


SamplePosition: TypeAlias = Annotated[
    int,
    Meta(
        description="A count of samples from the start of its stream: 16 kHz for the microphone, speech_start's rate for speech.",
        ge=0,
        le=4294967295,
        title='SamplePosition',
    ),
]


MessageId: TypeAlias = Annotated[
    str,
    Meta(
        description='Chosen by the client, unique within the session, at most 64 characters. A message whose id was seen before is answered again and not carried out again.',
        title='MessageId',
    ),
]


SessionId: TypeAlias = Annotated[
    str,
    Meta(
        description='Issued by the sidecar in server_hello; the page keeps it and offers it in hello.',
        title='SessionId',
    ),
]


RequestId: TypeAlias = Annotated[
    int,
    Meta(
        description="Numbers what a session asks the user's consent for, from 1.",
        ge=1,
        le=4294967295,
        title='RequestId',
    ),
]


Role: TypeAlias = Annotated[
    Literal['speaker', 'viewer'],
    Meta(
        description='A session has one speaker, who may talk, type and hear, and any number of viewers, who get messages and no audio.',
        title='Role',
    ),
]


EnginePort: TypeAlias = Annotated[
    Literal['vad', 'transcriber', 'language_model', 'synthesizer'],
    Meta(description='Which of the four ports an engine serves.', title='EnginePort'),
]


PlaybackState: TypeAlias = Annotated[
    Literal['playing', 'paused', 'finished', 'stopped'],
    Meta(
        description="finished: the turn's speech was heard to its end. stopped: it will not go on.",
        title='PlaybackState',
    ),
]


FailureCode: TypeAlias = Annotated[
    Literal['bad_message', 'message_too_large', 'version_mismatch', 'not_speaker', 'bad_config', 'bad_audio', 'engine_missing', 'engine_failed', 'transcriber_failed', 'model_no_key', 'model_key_refused', 'model_request_refused', 'model_rate_limited', 'model_overloaded', 'model_unreachable', 'model_stream_cut', 'model_failed', 'synthesizer_failed', 'tool_server_failed', 'memory_failed', 'unknown_model', 'download_failed', 'too_many_connections', 'source_error', 'internal'],
    Meta(
        description='Stable: the window chooses words and remedy by the code, never by the text. x-failure-codes says of each what it means and whether trying again can help.',
        title='FailureCode',
    ),
]


SecretName: TypeAlias = Annotated[
    Literal['anthropic_api_key', 'aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', 'aws_bearer_token_bedrock', 'openai_audio_key'],
    Meta(
        description="A secret of the user's. In capitals it is the environment variable of the same meaning. aws_bearer_token_bedrock is an API key of Amazon Bedrock's own and takes the place of the three before it. openai_audio_key is for a speech server of the user's own.",
        title='SecretName',
    ),
]


class Word(Message, kw_only=True):
    """
    One spoken word of a sentence.
    """

    first_char: Annotated[
        int,
        Meta(
            description='Position in the text of reply_sentence, in Unicode code points (not UTF-16 units).',
            ge=0,
            le=1000000,
        ),
    ]
    char_count: Annotated[int, Meta(description='Length in code points.', ge=1, le=1000000)]
    first_sample: SamplePosition


class Hello(Message, kw_only=True, tag_field='type', tag='hello'):
    """
    The first message on a connection; anything before it closes with 1008. Without session_id a new session begins. With one that the sidecar knows, or that is in its memory of an earlier process, everything after last_seq and received_samples is sent again, in order; what an earlier process had not said to its end goes on. One that it does not know also begins a new session (server_hello.resumed is false).
    """

    protocol_version: ProtocolVersion
    role: Role
    session_id: SessionId | UnsetType = UNSET
    last_seq: (
        Annotated[
            int,
            Meta(
                description='The highest seq up to which everything has arrived; 0 for nothing.',
                ge=0,
                le=9007199254740991,
            ),
        ]
        | UnsetType
    ) = UNSET
    received_turn_id: TurnId | UnsetType = UNSET
    received_samples: (
        Annotated[
            int,
            Meta(
                description="How many samples of received_turn_id's speech have arrived. Both are absent before any speech.",
                ge=0,
                le=4294967295,
            ),
        ]
        | UnsetType
    ) = UNSET
    heard_samples: (
        Annotated[
            int,
            Meta(
                description="How many samples of received_turn_id's speech have been heard. A sidecar that was started anew goes on with the first sentence that was not heard.",
                ge=0,
                le=4294967295,
            ),
        ]
        | UnsetType
    ) = UNSET


class Ack(Message, kw_only=True, tag_field='type', tag='ack'):
    """
    Says what has arrived, at least every half second while anything arrives. What is acknowledged is never sent again; what is not is kept by the sidecar, and holds the producer when it grows past a bound.
    """

    last_seq: Annotated[
        int,
        Meta(
            description='The highest seq up to which everything has arrived; 0 for nothing.', ge=0, le=9007199254740991
        ),
    ]
    received_turn_id: TurnId | UnsetType = UNSET
    received_samples: (
        Annotated[
            int,
            Meta(
                description="How many samples of received_turn_id's speech have arrived. Both are absent before any speech.",
                ge=0,
                le=4294967295,
            ),
        ]
        | UnsetType
    ) = UNSET


class Say(Message, kw_only=True, tag_field='type', tag='say'):
    """
    The user typed. It takes the path of a spoken utterance from its transcript on: receipt, transcript, reply. Only from a speaker.
    """

    id: MessageId
    text: Annotated[str, Meta(description='What was typed: 1 to 8000 characters.')]


class Retry(Message, kw_only=True, tag_field='type', tag='retry'):
    """
    Answer again what the user said in a turn that failed or was cut. A new turn with the same words begins. Only from a speaker.
    """

    id: MessageId
    turn_id: TurnId


class VoiceSample(Message, kw_only=True, tag_field='type', tag='voice_sample'):
    """
    The user wants to hear the voice that is chosen. A turn of its own says a sentence in it, which is no part of the conversation. Answered with receipt or failure. Only from a speaker.
    """

    id: MessageId


class Interrupt(Message, kw_only=True, tag_field='type', tag='interrupt'):
    """
    The user stopped the assistant. The sidecar ends the turn and answers receipt, interrupted and, where it was still to come, turn_end. Without turn_id: whatever is going on. Only from a speaker.
    """

    id: MessageId
    turn_id: TurnId | UnsetType = UNSET
    heard_samples: (
        Annotated[
            int,
            Meta(
                description="How much of the turn's speech was heard, so that history keeps just that. Absent: as the last playback message said.",
                ge=0,
                le=4294967295,
            ),
        ]
        | UnsetType
    ) = UNSET


class Playback(Message, kw_only=True, tag_field='type', tag='playback'):
    """
    How far the speaker has come, sent at each change of state, at least twice a second while playing, and again when a pause has faded out: that is the sample at which it goes on. Only from a speaker.
    """

    turn_id: TurnId
    heard_samples: Annotated[
        int, Meta(description="Samples of this turn's speech that have left the speaker.", ge=0, le=4294967295)
    ]
    state: PlaybackState


class MicOpen(Message, kw_only=True, tag_field='type', tag='mic_open'):
    """
    A capture begins; its frames follow. Sent again after a reconnect while the capture goes on. Only from a speaker.
    """

    stream: StreamId
    mode: Annotated[
        Literal['hands_free', 'push_to_talk'],
        Meta(description='push_to_talk: the utterance ends when the capture closes, not at a pause.'),
    ]


class MicClose(Message, kw_only=True, tag_field='type', tag='mic_close'):
    """
    The capture has ended: no frame at or after sample_count will come. What was being said is an utterance.
    """

    stream: StreamId
    sample_count: SamplePosition


class Typing(Message, kw_only=True, tag_field='type', tag='typing'):
    """
    The user has begun to type: what an answer needs is made ready. Sent at most every 20 s. Only from a speaker.
    """


class ConsentAnswer(Message, kw_only=True, tag_field='type', tag='consent_answer'):
    """
    What the user says to a request of consent; answered with a receipt, also when the request is no longer there. Only from a speaker.
    """

    id: MessageId
    request_id: RequestId
    answer: Annotated[
        Literal['once', 'always', 'no', 'never'],
        Meta(
            description='once, no: this time. always, never: this time and every time after; taken as once and no where can_remember is false.'
        ),
    ]


SettingValue: TypeAlias = Annotated[
    str | int | float | bool,
    Meta(
        description="What it may be is the sidecar's to say: one that cannot be used is refused with a sentence that names it.",
        title='SettingValue',
    ),
]


class SettingsChange(Message, kw_only=True, tag_field='type', tag='settings_change'):
    """
    The user changed settings: all of these or, when one cannot be used, none. The sidecar writes them down, applies them at once, and answers receipt and settings_state, or failure bad_config. Only from a speaker.
    """

    id: MessageId
    values: Annotated[
        dict[str, SettingValue], Meta(description='By the names of settings.json. What is not named stays.')
    ]


class ModelAction(Message, kw_only=True, tag_field='type', tag='model_action'):
    """
    The user agreed to fetch a model, stops that, or deletes one. Answered with receipt or failure; model_state follows. Fetching one that is being fetched changes nothing. Only from a speaker.
    """

    id: MessageId
    name: Annotated[str, Meta(description='As in model_state.')]
    action: Annotated[
        Literal['get', 'stop', 'remove'],
        Meta(description='stop keeps what has come, so that get goes on from there; remove does not.'),
    ]


class HistoryList(Message, kw_only=True, tag_field='type', tag='history_list'):
    """
    Asks for the conversations of before; answered with history. Only from a speaker.
    """

    id: MessageId
    query: Annotated[str, Meta(description='Words, each of which occurs in it, or its beginning. Empty: the newest.')]


class HistoryRead(Message, kw_only=True, tag_field='type', tag='history_read'):
    """
    Asks for what was said in one; answered with past_conversation, or with failure when it is not there any more. Only from a speaker.
    """

    id: MessageId
    session_id: SessionId
    after_turn: Annotated[int, Meta(description='The turns behind this one; 0 for the beginning.', ge=0, le=4294967295)]


class HistoryChange(Message, kw_only=True, tag_field='type', tag='history_change'):
    """
    The user renames or deletes a conversation, or has all of them forgotten; answered with receipt or failure. What is deleted is overwritten, and a session that still goes on begins anew. Only from a speaker.
    """

    id: MessageId
    action: Literal['rename', 'delete', 'forget_all']
    session_id: Annotated[str, Meta(description='Which; absent with forget_all.')] | UnsetType = UNSET
    title: Annotated[str, Meta(description='With rename. Empty: its first words again.')] | UnsetType = UNSET


class HealthAsk(Message, kw_only=True, tag_field='type', tag='health_ask'):
    """
    Asks how Parley does; answered with health. Only from a speaker.
    """

    id: MessageId


class Checkup(Message, kw_only=True, tag_field='type', tag='checkup'):
    """
    Has everything looked at that may be wrong on this computer, in a process of its own and beside the conversation, which takes some seconds. Each check is told by check_result as soon as it is known; receipt, or failure, ends it. One at a time. Only from a speaker.
    """

    id: MessageId
    fix: (
        Annotated[
            str,
            Meta(
                description='Name of a check, in place of all: it alone is made, what it finds is put right where that is safe, and it is made again. Absent: everything is looked at, and nothing changed.'
            ),
        ]
        | UnsetType
    ) = UNSET


Stage: TypeAlias = Annotated[
    Literal['pause', 'recognition', 'first_token', 'first_sentence', 'first_audio', 'playback', 'heard'],
    Meta(
        description='What ends a part of the waiting for an answer: pause, silence decided that the question is over; recognition, its words are known; first_token, the language model began; first_sentence, its first sentence is whole; first_audio, the first speech is made; playback, the window began to play it; heard, its first sample left the loudspeaker.',
        title='Stage',
    ),
]


class StageWait(Message, kw_only=True):
    """
    How long a stage was waited for, beyond those before it.
    """

    stage: Stage
    wait_ms: Annotated[float, Meta(ge=0.0)]


class StageWork(Message, kw_only=True):
    """
    When a stage worked, waited for or not, from the end of speech.
    """

    stage: Stage
    start_ms: Annotated[float, Meta(description='Below 0: while the user spoke.')]
    end_ms: float


class StageUsual(Message, kw_only=True):
    """
    How long a stage is waited for.
    """

    stage: Stage
    p50_ms: Annotated[float, Meta(ge=0.0)]
    p95_ms: Annotated[float, Meta(ge=0.0)]


class TurnTimes(Message, kw_only=True):
    """
    What one turn took, and nothing of what was said in it.
    """

    number: Annotated[int, Meta(description='Counts the turns of the sidecar, over all sessions.', ge=1, le=4294967295)]
    at: Annotated[float, Meta(description='When it began, in seconds since 1970.')]
    source: Annotated[Literal['speech', 'typed', 'retry', 'reminder', 'sample'], Meta(description='As in transcript.')]
    outcome: Literal['completed', 'interrupted', 'failed']
    was_begun_in_pause: Annotated[
        bool, Meta(description='The answer was begun before it was certain that the question was over.')
    ]
    waits: Annotated[
        list[StageWait],
        Meta(
            description='In their order. They add up to the whole: from the end of speech, or from when the text arrived.'
        ),
    ]
    works: list[StageWork]


class UsualTimes(Message, kw_only=True):
    """
    What turns of one kind take, of those of the last seven days that were heard: in the middle, and at worst but for one in twenty.
    """

    source: Literal['speech', 'typed']
    turn_count: Annotated[int, Meta(ge=1, le=4294967295)]
    stages: list[StageUsual]
    p50_ms: Annotated[float, Meta(description='Of the whole.', ge=0.0)]
    p95_ms: Annotated[float, Meta(ge=0.0)]


CountsAdditionalProperty: TypeAlias = Annotated[int, Meta(ge=0, le=9007199254740991)]


class Health(Message, kw_only=True, tag_field='type', tag='health'):
    """
    The answer to health_ask. What serves each port is in engine_state.
    """

    id: MessageId
    version: Annotated[str, Meta(description='Of Parley.')]
    system: Annotated[str, Meta(description='The system and Python, for a report.')]
    turns: Annotated[list[TurnTimes], Meta(description='The last ones, oldest first, at most 20.')]
    usual: list[UsualTimes]
    rss_bytes: Annotated[int, Meta(description='Memory of the sidecar.', ge=0, le=9007199254740991)]
    worker_count: Annotated[int, Meta(description='Processes with an engine or a tool.', ge=0, le=100000)]
    workers_rss_bytes: Annotated[int, Meta(ge=0, le=9007199254740991)]
    cpu_percent: Annotated[
        float, Meta(description='Of one core, workers included, since it was looked at before.', ge=0.0)
    ]
    loop_lag_p99_ms: Annotated[
        float, Meta(description="Lateness of the sidecar's event loop in the last two minutes.", ge=0.0)
    ]
    counts: Annotated[
        dict[str, CountsAdditionalProperty],
        Meta(
            description='Since the sidecar began: turns, interruptions, holds, false_starts, answers_begun, answers_used, connections, reconnects, drops, missing_samples.'
        ),
    ]


class Finding(Message, kw_only=True):
    """
    What a check found.
    """

    level: Annotated[
        Literal['note', 'warning', 'failure', 'passed over'],
        Meta(
            description='A note asks for nothing. passed over: it was not looked at, because what it stands on is broken.'
        ),
    ]
    found: Annotated[str, Meta(description='A sentence, in English.')]
    why: Annotated[str, Meta(description='What it means for the user. Empty: nothing more is to be said.')]
    remedy: Annotated[str, Meta(description='What to do. Empty: nothing.')]
    can_be_fixed: Annotated[bool, Meta(description='By checkup with fix, without losing anything.')]


class CheckResult(Message, kw_only=True, tag_field='type', tag='check_result'):
    """
    What one check of a checkup found; comes as soon as it is known.
    """

    id: MessageId
    name: Annotated[str, Meta(description='Of the check, in English: databases.')]
    tried: Annotated[str, Meta(description='What was done to find out.')]
    level: Annotated[
        Literal['ok', 'note', 'warning', 'failure', 'passed over'], Meta(description='Of the worst that it found.')
    ]
    findings: list[Finding]
    count: Annotated[int, Meta(description='How many checks there are.', ge=1, le=1000)]
    fixed: Annotated[list[str], Meta(description='With fix: what was done, a sentence each.')] | UnsetType = UNSET


class ConversationFacts(Message, kw_only=True):
    """
    One conversation in a list.
    """

    session_id: SessionId
    title: Annotated[str, Meta(description='As the user named it, or its first words.')]
    changed_at: Annotated[float, Meta(description='Seconds of Unix time.', ge=0.0)]
    turn_count: Annotated[int, Meta(ge=0, le=4294967295)]
    excerpt: Annotated[str, Meta(description='Where a search found it.')] | UnsetType = UNSET


class PastTurn(Message, kw_only=True):
    """
    What was said, and of the answer what was heard.
    """

    turn_id: TurnId
    said: str
    reply: Annotated[
        str, Meta(description='With its markup; ends with a dash where it was cut off. Cut short where it is endless.')
    ]
    outcome: Annotated[Literal['open', 'completed', 'interrupted', 'failed'], Meta(description='open: it goes on.')]


class History(Message, kw_only=True, tag_field='type', tag='history'):
    """
    The answer to history_list: the newest conversations that fit, at most 100.
    """

    id: MessageId
    conversations: list[ConversationFacts]
    is_lasting: Annotated[bool, Meta(description='False: they are kept until Parley ends, and no longer.')]


class PastConversation(Message, kw_only=True, tag_field='type', tag='past_conversation'):
    """
    The answer to history_read. As many turns as fit into one message; is_end says whether there are more.
    """

    id: MessageId
    session_id: SessionId
    turns: list[PastTurn]
    is_end: bool


class SettingsState(Message, kw_only=True, tag_field='type', tag='settings_state'):
    """
    The settings in force, after server_hello and at each change. Secrets are not among them.
    """

    values: Annotated[dict[str, SettingValue], Meta(description='By the names of settings.json.')]
    fixed: Annotated[list[str], Meta(description='Those that the environment decides: a change of them is refused.')]


class ModelState(Message, kw_only=True, tag_field='type', tag='model_state'):
    """
    One model of the catalog, each after server_hello and at each change; while it is fetched, at most four times a second.
    """

    name: str
    engine: Annotated[Literal['whisper', 'kokoro'], Meta(description='Which engine reads it.')]
    state: Annotated[
        Literal['absent', 'partly', 'fetching', 'here'],
        Meta(description='partly: an earlier fetch did not end; get goes on from there.'),
    ]
    size_bytes: Annotated[int, Meta(description='To fetch, in all.', ge=1, le=9007199254740991)]
    memory_mb: Annotated[int, Meta(description='While it works.', ge=1, le=1000000)]
    licence: Annotated[str, Meta(description='SPDX.')]
    languages: str
    purpose: Annotated[str, Meta(description='One sentence, for whoever has to choose.')]
    done_bytes: Annotated[int, Meta(ge=0, le=9007199254740991)]
    bytes_per_second: (
        Annotated[float, Meta(description='While fetching; absent when not known.', ge=0.0)] | UnsetType
    ) = UNSET
    problem: (
        Annotated[str, Meta(description='Why the last fetch ended without it: what happened, and what to do.')]
        | UnsetType
    ) = UNSET


class Receipt(Message, kw_only=True, tag_field='type', tag='receipt'):
    """
    The message with this id was carried out, now or when it came first.
    """

    id: MessageId
    turn_id: TurnId | UnsetType = UNSET


class Voice(Message, kw_only=True):
    """
    One that a synthesizer can speak with.
    """

    name: Annotated[str, Meta(description='As in settings.')]
    title: str
    language: Annotated[str, Meta(description='In English; empty where the title says it.')]


class EngineState(Message, kw_only=True, tag_field='type', tag='engine_state'):
    """
    What serves a port, sent for each port after server_hello and at each change.
    """

    port: EnginePort
    engine: Annotated[str, Meta(description='Its name, as in settings: silero, pocketsphinx, claude, offline, espeak.')]
    state: Literal['loading', 'ready', 'failed']
    basic: Annotated[bool, Meta(description='An embedded default, which something better could replace.')]
    remedy: (
        Annotated[
            str,
            Meta(
                description='One sentence: what would make it better, or work again. Absent when there is nothing to say.'
            ),
        ]
        | UnsetType
    ) = UNSET
    progress: (
        Annotated[float, Meta(description='While loading; absent when not known.', ge=0.0, le=1.0)] | UnsetType
    ) = UNSET
    voices: (
        Annotated[list[Voice], Meta(description='Of a synthesizer that has several, once it is ready.')] | UnsetType
    ) = UNSET
    voice_setting: Annotated[str, Meta(description='The setting that chooses among voices.')] | UnsetType = UNSET


class Activity(Message, kw_only=True, tag_field='type', tag='activity'):
    """
    What the assistant is doing. Not numbered: the newest counts, and it is sent after server_hello.
    """

    state: Annotated[
        Literal['idle', 'listening', 'hearing', 'thinking', 'speaking'],
        Meta(
            description='idle: the microphone is closed. listening: open, nobody speaks. hearing: the user speaks, and a speaker holds its playback, fading out within 80 ms. thinking: an answer is being made. speaking: speech of this turn is being sent or played; after hearing, what was said did not mean to interrupt (a cough, an `uh-huh`), or does not yet, and playback goes on at the sample where it stopped.'
        ),
    ]
    turn_id: TurnId | UnsetType = UNSET
    note: (
        Annotated[
            str,
            Meta(
                description='While thinking, after 2 s without a word of the answer: what it waits for, in a sentence.'
            ),
        ]
        | UnsetType
    ) = UNSET


class MicAck(Message, kw_only=True, tag_field='type', tag='mic_ack'):
    """
    Everything before `sample` is in a committed transcript or was judged to be silence: the client may forget it. What is after it must be kept (60 s) and sent again after a reconnect, in order.
    """

    stream: StreamId
    sample: SamplePosition
    credit_sample: Annotated[
        int,
        Meta(
            description='The client sends no sample at or after this one until a later mic_ack raises it.',
            ge=0,
            le=4294967295,
        ),
    ]


class MicRest(Message, kw_only=True, tag_field='type', tag='mic_rest'):
    """
    Nobody has spoken for so long that the client closes this capture, and says so; the user opens it again. It must not go on answering the television.
    """

    stream: StreamId
    silence_s: Annotated[int, Meta(description='How long nobody spoke.', ge=1, le=86400)]


class PartialTranscript(Message, kw_only=True, tag_field='type', tag='partial_transcript'):
    """
    What has been understood of the utterance in progress; the newest replaces the one before. Empty text: there is none any more (a noise, or it became a transcript; or it was not said to the assistant: an `uh-huh` while it speaks, or its own voice).
    """

    stream: StreamId
    text: Annotated[str, Meta(description='What is understood so far.')]
    stable_chars: Annotated[
        int, Meta(description='The first so many code points will not change any more.', ge=0, le=1000000)
    ]


class Transcript(Message, kw_only=True, tag_field='type', tag='transcript'):
    """
    What the user said or typed, committed: a turn begins. Comes before anything of the reply.
    """

    seq: Seq
    turn_id: TurnId
    text: Annotated[str, Meta(description='The words.')]
    source: Annotated[
        Literal['speech', 'typed', 'retry', 'reminder', 'sample'],
        Meta(
            description='reminder: nobody spoke; something is due that the user had asked for, and text names it. sample: nobody spoke; a voice is tried, and text is empty.'
        ),
    ]
    stream: StreamId | UnsetType = UNSET
    first_sample: SamplePosition | UnsetType = UNSET
    sample_count: (
        Annotated[
            int,
            Meta(
                description='stream, first_sample and sample_count say where in the capture it was; absent when typed.',
                ge=0,
                le=4294967295,
            ),
        ]
        | UnsetType
    ) = UNSET
    continues: (
        Annotated[
            TurnId,
            Meta(
                description='The turn whose place this one takes: the user had not ended, and went on. Its words are in text, and it is to be shown no more; where it was being answered, interrupted came before. Absent: a turn of its own.'
            ),
        ]
        | UnsetType
    ) = UNSET


class ReplySentence(Message, kw_only=True, tag_field='type', tag='reply_sentence'):
    """
    The next piece of the reply as it is to be shown, with its markup and its white space: joined in order, they are the whole reply. Comes before its speech; code and other things that are not read aloud have no speech.
    """

    seq: Seq
    turn_id: TurnId
    sentence: Annotated[int, Meta(description='Counts from 0 within the turn.', ge=0, le=100000)]
    text: Annotated[str, Meta(description='As written by the model.')]


class SpeechStart(Message, kw_only=True, tag_field='type', tag='speech_start'):
    """
    Before the first audio frame of a turn; fixes its format.
    """

    seq: Seq
    turn_id: TurnId
    sample_rate_hz: Annotated[int, Meta(description='Of every frame of this turn.', ge=8000, le=48000)]


class Subtitle(Message, kw_only=True, tag_field='type', tag='subtitle'):
    """
    Where a sentence lies in the turn's speech. Sent before the sentence's first frame, and again as more of its words are known (each time with the new ones only); the last one for a sentence carries sample_count.
    """

    seq: Seq
    turn_id: TurnId
    sentence: Annotated[int, Meta(description='That of the reply_sentence it times.', ge=0, le=100000)]
    first_sample: SamplePosition
    words: Annotated[list[Word], Meta(description="In order; first_sample counts from the start of the turn's speech.")]
    sample_count: (
        Annotated[int, Meta(description="Length of the sentence's speech, once it is known.", ge=0, le=4294967295)]
        | UnsetType
    ) = UNSET


class Interrupted(Message, kw_only=True, tag_field='type', tag='interrupted'):
    """
    The turn was cut: stop its playback and drop every later frame of it. Where the user speaks, it comes as soon as that is known to be meant for the assistant, so before the transcript. Comes before turn_end when the turn was still being made, after it when it was only being played.
    """

    seq: Seq
    turn_id: TurnId
    heard_samples: Annotated[
        int,
        Meta(
            description='Up to here the user heard it; history keeps just the words that had begun by then, and the language model is told that there was an interruption.',
            ge=0,
            le=4294967295,
        ),
    ]


class TurnEnd(Message, kw_only=True, tag_field='type', tag='turn_end'):
    """
    Nothing more of this turn will be made, whatever its outcome; its last frame was sent before.
    """

    seq: Seq
    turn_id: TurnId
    outcome: Literal['completed', 'interrupted', 'failed']
    sample_count: Annotated[
        int, Meta(description="Length of the turn's speech in samples; 0 when there was none.", ge=0, le=4294967295)
    ]


class Failure(Message, kw_only=True, tag_field='type', tag='failure'):
    """
    Something went wrong. With turn_id that turn is concerned, and its turn_end follows; with id, the message that was refused; with neither, the connection, or the sidecar as a whole.
    """

    code: FailureCode
    message: Annotated[
        str, Meta(description='For people who look closer, in English; never what the user said, never a secret.')
    ]
    retryable: Annotated[bool, Meta(description='As x-failure-codes has it.')]
    seq: Seq | UnsetType = UNSET
    turn_id: TurnId | UnsetType = UNSET
    id: MessageId | UnsetType = UNSET


class Heard(Message, kw_only=True, tag_field='type', tag='heard'):
    """
    To viewers: how far the speaker's playback has come, so that captions follow it. The newest counts.
    """

    turn_id: TurnId
    heard_samples: Annotated[int, Meta(description='As in playback.', ge=0, le=4294967295)]
    state: PlaybackState


class ToolUse(Message, kw_only=True, tag_field='type', tag='tool_use'):
    """
    A tool that the answer uses, sent at each change of its state. Where the turn ends first, it was stopped.
    """

    seq: Seq
    turn_id: TurnId
    use: Annotated[int, Meta(description='Counts from 0 within the turn.', ge=0, le=100000)]
    title: Annotated[str, Meta(description='What is being done, for people.')]
    state: Annotated[
        Literal['asking', 'running', 'completed', 'failed', 'refused'],
        Meta(description="asking: the user's consent is awaited. refused: it was not given."),
    ]
    text: (
        Annotated[str, Meta(description='Its progress, or what came of it, shortened. Absent: nothing to say.')]
        | UnsetType
    ) = UNSET


class ConsentRequest(Message, kw_only=True):
    """
    Something that happens only if the user agrees.
    """

    request_id: RequestId
    turn_id: TurnId
    question: Annotated[str, Meta(description='In a sentence: Open example.org?')]
    can_remember: Annotated[bool, Meta(description='The answers always and never are offered.')]
    detail: (
        Annotated[str, Meta(description='What exactly would happen, such as the whole address. Shown as it is.')]
        | UnsetType
    ) = UNSET
    url: (
        Annotated[
            str,
            Meta(
                description='Where there is no shell: an https or mailto address that the page opens itself when the user agrees.'
            ),
        ]
        | UnsetType
    ) = UNSET


class Consent(Message, kw_only=True, tag_field='type', tag='consent'):
    """
    What the user is asked to agree to now. Not numbered: the newest counts; it is sent after server_hello and at each change. Without request: nothing, and a question that is shown is withdrawn.
    """

    request: ConsentRequest | UnsetType = UNSET


class RoleChanged(Message, kw_only=True, tag_field='type', tag='role_changed'):
    """
    Another window took over as the speaker; this one is a viewer now and closes its microphone and its playback.
    """

    role: Role


class Listening(Message, kw_only=True, tag_field='type', tag='listening'):
    """
    The port is bound and connections are served: typing and speech wait in order until their engines are there. Comes before the heavy imports.
    """

    port: Annotated[int, Meta(description='On 127.0.0.1.', ge=1, le=65535)]
    pid: Annotated[int, Meta(description='Of the sidecar.', ge=1, le=4294967295)]
    instance: Annotated[str, Meta(description='As in boot.')]
    protocol_version: ProtocolVersion


class Progress(Message, kw_only=True, tag_field='type', tag='progress'):
    """
    Loading goes on; without one for 60 s before ready the sidecar counts as stuck.
    """

    stage: Annotated[str, Meta(description='What is being loaded, for people.')]
    done: Annotated[int, Meta(description='Steps done.', ge=0, le=4294967295)] | UnsetType = UNSET
    total: Annotated[int, Meta(description='Steps in all.', ge=1, le=4294967295)] | UnsetType = UNSET


class Ready(Message, kw_only=True, tag_field='type', tag='ready'):
    """
    The embedded engines are loaded.
    """

    seconds: Annotated[float, Meta(description='Since the process began.', ge=0.0)]


class Mdns(Message, kw_only=True, tag_field='type', tag='mdns'):
    """
    Whether the sidecar can be discovered. Nothing else depends on it.
    """

    ok: Annotated[bool, Meta(description='It was announced.')]
    reason: Annotated[str, Meta(description='Why not.')] | UnsetType = UNSET


class Address(Message, kw_only=True, tag_field='type', tag='address'):
    """
    Browser mode: where the window can be opened, with a code in the fragment that works once, for two minutes. Sent after ready and at new_code.
    """

    url: Annotated[str, Meta(description='To be opened or printed; not to be logged.')]


class StartFailure(Message, kw_only=True, tag_field='type', tag='failure'):
    """
    The sidecar cannot go on and exits after this line.
    """

    code: FailureCode
    message: Annotated[str, Meta(description='What happened, to what, and what to do.')]


class Reload(Message, kw_only=True, tag_field='type', tag='reload'):
    """
    Developer mode: source changed, the sidecar exits with code 3 to be started anew; with an error it goes on as it is.
    """

    error: (
        Annotated[str, Meta(description='Why the new source was not taken: a syntax error, with file and line.')]
        | UnsetType
    ) = UNSET


class Stopping(Message, kw_only=True, tag_field='type', tag='stopping'):
    """
    A graceful stop has begun.
    """

    reason: Literal['shutdown', 'signal', 'stdin_closed', 'reload', 'failure']


class Open(Message, kw_only=True, tag_field='type', tag='open'):
    """
    The user agreed that this be opened. The shell does it, so that it outlives the sidecar, and answers opened; whoever is no shell passes it over. Exactly one of url and app is given.
    """

    id: Annotated[int, Meta(description='Repeated in opened.', ge=1, le=4294967295)]
    url: Annotated[str, Meta(description='An https or mailto address; the shell refuses any other.')] | UnsetType = (
        UNSET
    )
    app: (
        Annotated[str, Meta(description='The name of an installed application, as the system shows it.')] | UnsetType
    ) = UNSET


class Boot(Message, kw_only=True, tag_field='type', tag='boot'):
    """
    The first line. The token never appears in arguments, the environment, a URL's query or a log.
    """

    protocol_version: ProtocolVersion
    instance: Annotated[str, Meta(description='Names this process; /healthz and the mDNS record repeat it.')]
    token: Annotated[str, Meta(description='64 hexadecimal digits: 32 random bytes that the guard asks for.')]
    allowed_origins: Annotated[list[str], Meta(description='Exact origins that may connect, such as app://parley.')]
    browser: Annotated[bool, Meta(description='Serve the built window itself, with one-time codes.')]
    dev: Annotated[bool, Meta(description="Developer mode; a development server's origin is accepted only with it.")]
    port_hint: (
        Annotated[int, Meta(description='Taken if free. Absent or taken: the system chooses.', ge=1, le=65535)]
        | UnsetType
    ) = UNSET
    ui_dir: Annotated[str, Meta(description='Where the built window lies; absent: none is served.')] | UnsetType = UNSET
    data_dir: Annotated[str, Meta(description="Absent: the platform's own.")] | UnsetType = UNSET
    config_dir: Annotated[str, Meta(description="Absent: the platform's own.")] | UnsetType = UNSET
    log_dir: Annotated[str, Meta(description="Absent: the platform's own.")] | UnsetType = UNSET


class Tick(Message, kw_only=True, tag_field='type', tag='tick'):
    """
    Every 2 s. Without one for 45 s a sidecar stuck in native code ends itself.
    """


class Secret(Message, kw_only=True, tag_field='type', tag='secret'):
    """
    A key from the shell's secret store; an empty value forgets it. Held in memory only.
    """

    name: SecretName
    value: Annotated[str, Meta(description='Never logged.')]


class NewCode(Message, kw_only=True, tag_field='type', tag='new_code'):
    """
    Browser mode: issue a new one-time code; an address line answers.
    """


class Suspend(Message, kw_only=True, tag_field='type', tag='suspend'):
    """
    The machine goes to sleep: the 45 s are not counted until resume or the next tick.
    """


class Resume(Message, kw_only=True, tag_field='type', tag='resume'):
    """
    The machine is awake again.
    """


class Opened(Message, kw_only=True, tag_field='type', tag='opened'):
    """
    The answer to an open line.
    """

    id: Annotated[int, Meta(description='That of the open line.', ge=1, le=4294967295)]
    error: (
        Annotated[str, Meta(description='Why it was not opened, in a sentence for the user. Absent: it was.')]
        | UnsetType
    ) = UNSET


class Shutdown(Message, kw_only=True, tag_field='type', tag='shutdown'):
    """
    Stop gracefully, within 3 s. Closing standard input means the same.
    """


ClientMessage: TypeAlias = Annotated[
    Hello | Ack | Say | Retry | VoiceSample | Interrupt | Playback | MicOpen | MicClose | Typing | ConsentAnswer | SettingsChange | ModelAction | HistoryList | HistoryRead | HistoryChange | HealthAsk | Checkup,
    Meta(description='Sent by a client (the window, a viewer, the command line) on /client-ws.', title='ClientMessage'),
]


SidecarLine: TypeAlias = Annotated[
    Listening | Progress | Ready | Mdns | Address | StartFailure | Reload | Stopping | Open,
    Meta(
        description='Written by the sidecar to its standard output, in every mode: `@parley ` and one JSON object a line. Nothing else writes there; a reader drops a line it cannot read and reports it.',
        title='SidecarLine',
    ),
]


ShellLine: TypeAlias = Annotated[
    Boot | Tick | Secret | NewCode | Suspend | Resume | Shutdown | Opened,
    Meta(
        description='Written by whoever started the sidecar (the shell, the launcher) to its standard input in managed mode, one JSON object a line.',
        title='ShellLine',
    ),
]


class ServerHello(Message, kw_only=True, tag_field='type', tag='server_hello'):
    """
    The answer to hello.
    """

    protocol_version: ProtocolVersion
    instance: Annotated[str, Meta(description='The sidecar process: a new one after each start.')]
    session_id: SessionId
    resumed: Annotated[
        bool,
        Meta(
            description='True: the session goes on and what was missed follows. False: it is new, its seq and turn_id begin at 1; a client that had one keeps what it shows and starts counting anew.'
        ),
    ]
    role: Role
    mic_streams: Annotated[
        list[MicAck],
        Meta(
            description='Where each capture known to the session stands, so that a client sends again what is not settled, and nothing else.'
        ),
    ]
    key: (
        Annotated[
            str,
            Meta(
                description='Browser mode only: what this tab offers as subprotocol `parley.key.…` when it connects again. Kept in sessionStorage, never shown.'
            ),
        ]
        | UnsetType
    ) = UNSET


ServerMessage: TypeAlias = Annotated[
    ServerHello | Receipt | EngineState | Activity | MicAck | MicRest | PartialTranscript | Transcript | ReplySentence | SpeechStart | Subtitle | Interrupted | TurnEnd | Failure | Heard | RoleChanged | ToolUse | Consent | SettingsState | ModelState | History | PastConversation | Health | CheckResult,
    Meta(description='Sent by the sidecar on /client-ws.', title='ServerMessage'),
]
