"""What suits a computer, what limits it, and what is better or worse than before."""

import msgspec
import pytest

from parley.bench.compare import compared
from parley.bench.figures import Choice, Figure, Fit, Machine, Report, Stage, StageName
from parley.bench.fitting import changes, choose, fit
from parley.bench.page import bars, comparison, page
from parley.bench.verdict import limit
from parley.engines.catalog import find_in_catalog
from parley.settings import Settings

MACHINE = Machine(
    system="a system",
    processor="a processor",
    cores=4,
    memory_mb=16_000,
    free_memory_mb=9000,
    free_disk_mb=50_000,
    has_nvidia=False,
)


def with_(**more: object) -> Machine:
    return msgspec.structs.replace(MACHINE, **more)


@pytest.mark.parametrize(
    ("model", "machine", "suits"),
    [
        ("whisper-small", MACHINE, "well"),
        ("whisper-small", with_(cores=2), "slowly"),
        ("whisper-base", with_(cores=2), "well"),
        ("whisper-base", with_(memory_mb=2800), "no"),
        ("whisper-base", with_(free_disk_mb=400), "no"),
        ("whisper-large-v3-turbo", MACHINE, "slowly"),
        ("whisper-large-v3-turbo", with_(has_nvidia=True), "well"),
        ("whisper-large-v3-turbo", with_(has_nvidia=True, memory_mb=4000), "no"),
        ("kokoro", with_(cores=1), "slowly"),
    ],
)
def test_a_model_suits_by_cores_memory_disk_and_card(model: str, machine: Machine, suits: str) -> None:
    found = find_in_catalog(model)
    assert fit(found, found.size_bytes // 10**6, machine, is_here=False).suits == suits


def test_what_was_measured_counts_more_than_cores_and_what_is_here_needs_no_disk() -> None:
    base = find_in_catalog("whisper-base")
    assert fit(base, 0, with_(cores=16, free_disk_mb=1), True, measured=0.5).suits == "slowly"
    assert fit(base, 0, with_(cores=1, free_disk_mb=1), True, measured=0.2).suits == "well"
    kokoro = find_in_catalog("kokoro")
    assert [fit(kokoro, 0, MACHINE, True, measured=factor).suits for factor in (0.4, 0.9)] == ["well", "slowly"]


def made(model: str, suits: str, is_here: bool) -> Fit:
    return Fit(model=model, suits=suits, why="", is_here=is_here)  # type: ignore[arg-type]


def test_the_best_that_is_here_is_set_and_a_better_one_is_named() -> None:
    small, base = made("whisper-small", "well", False), made("whisper-base", "well", True)
    choice = choose([base, small, made("kokoro", "slowly", True)], Settings())
    assert choice.settings == {"transcriber": "whisper", "whisper_model": "base", "synthesizer": "espeak"}
    assert choice.fetch == ["whisper-small"]
    assert changes(choice, Settings(transcriber="whisper", whisper_model="base")) == {"synthesizer": "espeak"}


def test_where_all_that_is_here_is_too_slow_the_basic_one_is_set() -> None:
    choice = choose([made("whisper-small", "slowly", True), made("kokoro", "slowly", False)], Settings())
    assert choice.settings == {"transcriber": "pocketsphinx"} and choice.fetch == []


def test_a_speech_server_of_the_users_own_stays() -> None:
    server = Settings(transcriber="wyoming", synthesizer="openai", transcriber_server="tcp://127.0.0.1:1")
    assert choose([made("whisper-base", "well", True), made("kokoro", "well", True)], server) == Choice()


def stages(**values: float) -> list[Stage]:
    names: list[StageName] = ["pause", "recognition", "first sentence", "first sound"]
    return [Stage(name=name, values_ms=[values.get(name.replace(" ", "_"), 10.0)]) for name in names]


@pytest.mark.parametrize(
    ("longest", "words"),
    [
        ("pause", "not this computer"),
        ("recognition", "smaller model"),
        ("first_sentence", "language model"),
        ("first_sound", "voice limits"),
    ],
)
def test_what_takes_longest_limits(longest: str, words: str) -> None:
    said = limit(stages(**{longest: 970.0}), [], 0.8)
    assert words in said and "970 ms, 97%" in said


def test_a_voice_that_cannot_keep_up_limits_whatever_the_wait() -> None:
    kokoro = Figure(name="voice kokoro", unit="× real time", values=[1.4])
    assert "stutters" in limit(stages(pause=900.0), [kokoro], 0.8)


def test_each_bar_begins_where_the_one_before_ends() -> None:
    drawn = [line for line in bars(stages(pause=800, recognition=100, first_sentence=90)) if "█" in line]
    ends = [(line.index("█"), line.rindex("█") + 1) for line in drawn]
    assert [first for first, _ in ends[1:]] == [last for _, last in ends[:-1]]
    assert max(last - first for first, last in ends) == ends[0][1] - ends[0][0]


def report(*figures: Figure) -> Report:
    return Report(
        parley="0.1.0",
        at="now",
        machine=MACHINE,
        figures=list(figures),
        stages=[],
        engines={},
        limit="",
        fits=[],
        choice=Choice(),
        not_measured=["the rest"],
    )


def work(*values: float, pace: float = 10.0) -> Figure:
    return Figure(name="recognition", unit="× real time", values=list(values), yardstick_ms=[pace] * len(values))


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (work(0.5, 0.5, 0.5), work(0.3, 0.3, 0.3), "better"),
        (work(0.5, 0.5, 0.5), work(0.7, 0.7, 0.7), "worse"),
        (work(0.5, 0.5, 0.5), work(0.54, 0.54, 0.54), "the same"),
        (work(0.4, 0.5, 0.7), work(0.5, 0.6, 0.8), "the same"),  # it wavers more than it changed
        (work(0.5, 0.5, 0.5), work(1.0, 1.0, 1.0, pace=20.0), "the same"),  # the whole computer was twice as slow
        (work(0.5, 0.5, 0.5), work(0.5, 0.5, 0.5, pace=5.0), "worse"),  # the computer was twice as quick, and this not
    ],
)
def test_a_change_counts_beyond_the_noise_of_both_runs(before: Figure, after: Figure, verdict: str) -> None:
    [change] = compared(report(before), report(after))
    assert change.verdict == verdict


def test_what_is_in_one_run_alone_is_said_so() -> None:
    other = Figure(name="voice", unit="ms", values=[5.0])
    assert [one.verdict for one in compared(report(other), report(work(0.5)))] == ["new", "not measured now"]


def test_a_millisecond_more_or_less_says_nothing() -> None:
    quick, slow = (Figure(name="first", unit="ms", values=[value]) for value in (0.2, 1.9))
    [change] = compared(report(quick), report(slow))
    assert change.verdict == "the same" and "the same" in comparison([change], "before")


def test_a_report_comes_back_whole_and_is_told_to_people() -> None:
    whole = report(work(0.5, 0.6), Figure(name="turn", unit="ms", values=[900.0], floor=800.0, floor_is="the pause"))
    assert msgspec.json.decode(msgspec.json.encode(whole), type=Report) == whole
    told = page(whole)
    assert "× 1.12 of the pause (800 ms)" in told and "Not measured:\n  the rest" in told
