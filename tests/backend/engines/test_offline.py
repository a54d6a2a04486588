"""The offline model tells the truth, also to poor recognition."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from parley.engines.offline import OfflineModel
from parley.engines.offline_machine import Machine, read_machine
from parley.engines.offline_rules import UNKNOWN, answer, clock_words, date_words
from parley.engines.offline_sums import solve
from parley.engines.ports import ChatMessage

NOW = datetime(2026, 11, 23, 18, 47)

MACHINE = Machine(
    cpu_percent=12.4,
    memory_used_bytes=6 * 2**30,
    memory_total_bytes=16 * 2**30,
    disk_free_bytes=120 * 10**9,
    disk_total_bytes=500 * 10**9,
    battery_percent=80.0,
    charging=False,
    booted=NOW - timedelta(days=1, hours=2, minutes=5),
)


def ask(question: str, machine: Callable[[], Machine] = lambda: MACHINE, said: str = "") -> str:
    return answer(question, NOW, machine, said)


def unlooked() -> Machine:
    raise AssertionError("this question is not about the computer")


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (
            "what time is it|What's the time?|what’s the time|tell me the time please|TIME|what should time"
            "|could you tell me what time it is|do you have the time|what is the current time",
            "It's 6:47 PM.",
        ),
        (
            "what day is it today|what day is it|what is the date|what's today's date|what is the day to day"
            "|which day is today|tell me the date please|what days and today",
            "Today is Monday, November 23rd, 2026.",
        ),
        ("what day is tomorrow|what is the date tomorrow", "Tomorrow is Tuesday, November 24th, 2026."),
        ("what day was it yesterday", "Yesterday was Sunday, November 22nd, 2026."),
        ("what month is it", "It is November."),
        ("what year is it|which year is this", "It is 2026."),
        ("is my processor busy|what's the cpu load|cpu usage", "The processor is 12 percent busy."),
        (
            "how much memory do i have|how much ram is free|how much memory is used",
            "6.0 of 16.0 gigabytes of memory are in use.",
        ),
        (
            "how much disk space is left|how full is my hard drive",
            "120 of 500 gigabytes on the disk are free.",
        ),
        (
            "what is the battery level|how much battery is left",
            "The battery is at 80 percent and not plugged in.",
        ),
        (
            "what is the uptime|how long has this computer been running",
            "This computer has been running for 1 day and 2 hours.",
        ),
        ("thank you|thanks a lot|thank you very much", "You're welcome."),
        ("goodbye|bye|good night|see you later|have a nice day", "Goodbye."),
        ("hello|hi there|hey Parley|good morning|hello are you", "Hello. What can I do for you?"),
        ("how are you|how are you doing today", "I'm running well, thank you. What can I do for you?"),
        ("|   |?!", "I did not catch that."),
    ],
)
def test_questions_and_their_answer(questions: str, expected: str) -> None:
    for question in questions.split("|"):
        assert ask(question) == expected, question


@pytest.mark.parametrize("question", ["who are you", "what is your name", "introduce yourself", "are you Claude"])
def test_it_says_what_it_is(question: str) -> None:
    assert "Parley" in ask(question)
    assert "basic" in ask(question)


@pytest.mark.parametrize("question", ["how do i add an api key", "how do I get the key", "how can you be smarter"])
def test_it_says_how_to_add_a_key(question: str) -> None:
    assert "ANTHROPIC_API_KEY" in ask(question)


@pytest.mark.parametrize(
    "question",
    [
        "what time does my train leave",
        "what time is it in tokyo",
        "what day is christmas",
        "how is your day",
        "how much memory does an elephant have",
        "what is the capital of france",
        "tell me a joke",
        "stop the war",
        "is it three",
        "what is twelve",
    ],
)
def test_it_does_not_answer_what_it_does_not_know(question: str) -> None:
    assert answer(question, NOW, unlooked) in UNKNOWN


def test_it_does_not_always_say_the_same() -> None:
    assert {ask(f"what is a {word}") for word in "dog cat cow bee ant fox owl elk".split()} == set(UNKNOWN)
    assert ask("tell me a joke") == ask("tell me a joke")


def test_it_repeats_itself() -> None:
    assert ask("say that again please", said="It is noon.") == "It is noon."
    assert ask("can you repeat that") == "I have not said anything yet."


def test_what_the_system_does_not_say_is_not_made_up() -> None:
    bare = Machine(
        cpu_percent=None,
        memory_used_bytes=0,
        memory_total_bytes=2**30,
        disk_free_bytes=0,
        disk_total_bytes=10**9,
        battery_percent=None,
        charging=False,
        booted=NOW,
    )
    assert ask("is the processor busy", lambda: bare) == "I can't see how busy the processor is."
    assert ask("what is the battery level", lambda: bare) == "I can't find a battery in this computer."
    assert ask("what is the uptime", lambda: bare) == "This computer has been running for less than a minute."


def test_this_computer_can_be_read() -> None:
    machine = read_machine()
    assert 0 < machine.memory_used_bytes < machine.memory_total_bytes
    assert 0 <= machine.disk_free_bytes <= machine.disk_total_bytes
    assert machine.booted < datetime.now()


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 0, "It's midnight."),
        (0, 1, "It's 1 past 12 in the morning."),
        (9, 0, "It's 9 o'clock in the morning."),
        (11, 59, "It's 11:59 AM."),
        (12, 0, "It's noon."),
        (12, 30, "It's 12:30 PM."),
        (14, 5, "It's 5 past 2 in the afternoon."),
        (18, 10, "It's 6:10 PM."),
        (23, 0, "It's 11 o'clock in the evening."),
    ],
)
def test_the_clock_is_said_as_it_is_read_well(hour: int, minute: int, words: str) -> None:
    assert clock_words(NOW.replace(hour=hour, minute=minute)) == words


def test_days_have_their_endings() -> None:
    endings = {day: date_words(datetime(2026, 12, day)).split()[2] for day in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31)}
    assert list(endings.values()) == (
        ["1st,", "2nd,", "3rd,", "4th,", "11th,", "12th,", "13th,", "21st,", "22nd,", "23rd,", "31st,"]
    )


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (
            "how much is two plus two|what's 2+2?|2 + 2 =|two plus two please|how much is too plus two",
            "2 plus 2 is 4.",
        ),
        ("what is seven times eight|7x8|7 × 8|seven multiplied by eight|7*8", "7 times 8 is 56."),
        (
            "what is ten percent of fifty|10% of 50|ten percent to fifty|one is ten percent of fifty",
            "10 percent of 50 is 5.",
        ),
        ("what is the square root of nine|square root of 9|√9", "The square root of 9 is 3."),
        ("the square root of two", "The square root of 2 is about 1.4142."),
        ("two to the power of ten|2^10|2**10", "2 to the power of 10 is 1,024."),
        ("three squared", "3 to the power of 2 is 9."),
        ("seven divided by zero|7/0|zero to the power of minus one", "Nothing can be divided by zero."),
        ("ten divided by four|10 / 4|ten over four", "10 divided by 4 is 2.5."),
        ("one over three", "1 divided by 3 is about 0.3333."),
        ("0.1 + 0.2", "0.1 plus 0.2 is 0.3."),
        ("five minus seven", "5 minus 7 is minus 2."),
        ("minus five plus two", "Minus 5 plus 2 is minus 3."),
        ("two plus three times four", "2 plus 3 times 4 is 14."),
        ("(2+3)*4", "(2 plus 3) times 4 is 20."),
        ("one hundred and five minus three point five", "105 minus 3.5 is 101.5."),
        ("two hundred thousand times three", "200,000 times 3 is 600,000."),
        ("a hundred plus seventy-five", "100 plus 75 is 175."),
        ("1,000 + 2,500.75", "1,000 plus 2500.75 is 3,500.75."),
        ("2.5 million plus one", "2,500,000 plus 1 is 2,500,001."),
        ("one divided by one million", "1 divided by 1,000,000 is almost zero."),
        ("the square root of minus four", "A negative number has no real square root."),
        ("9^9^9", "That power is more than I can work out."),
        ("9^200", "9 to the power of 200 is a number with more than 30 digits."),
    ],
)
def test_sums(questions: str, expected: str) -> None:
    for question in questions.split("|"):
        assert solve(question) == expected, question


@pytest.mark.parametrize(
    "text",
    [
        "",
        "five",
        "five plus",
        "plus",
        "to be or not to be",
        "(2",
        "2)",
        "2 plus cat",
        "one two plus three",
        "%",
    ],
)
def test_what_is_no_sum_is_not_answered(text: str) -> None:
    assert solve(text) is None


@pytest.mark.anyio
async def test_the_last_question_is_answered_word_by_word() -> None:
    history = [
        ChatMessage("user", "hello"),
        ChatMessage("assistant", "Hi."),
        ChatMessage("user", "what time is it"),
    ]
    pieces = [piece async for piece in OfflineModel(now=lambda: NOW).stream(history)]
    assert pieces == ["It's ", "6:47 ", "PM."]
    again = [*history, ChatMessage("assistant", "It is late."), ChatMessage("user", "say that again")]
    assert await said(again) == "It is late."


@pytest.mark.anyio
async def test_of_questions_that_were_joined_the_last_is_answered() -> None:
    """The turn before had no answer, so the conversation gives its words and the new ones as one message."""
    assert await said([ChatMessage("user", "tell me a joke\nwhat time is it\n")]) == "It's 6:47 PM."


async def said(history: list[ChatMessage]) -> str:
    return "".join([str(piece) async for piece in OfflineModel(now=lambda: NOW).stream(history)])
