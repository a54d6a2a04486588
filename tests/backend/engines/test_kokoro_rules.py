"""The pure rules around Kokoro: tags, stretches, times, voices."""

import pytest

from parley.engines.kokoro_tags import OTHER, tags
from parley.engines.kokoro_voices import LANGUAGES, voices
from parley.engines.kokoro_words import FRAME, Word, audible, begins, chunks, phonemes_of, spelled
from parley.engines.voice_samples import sample_in


def tag_of(word: str, sentence: str) -> str:
    words = sentence.split()
    return tags(words)[words.index(word)]


@pytest.mark.parametrize(
    ("word", "sentence", "tag"),
    [
        ("use", "you can use it", "VB"),
        ("use", "of no use .", "NN"),
        ("record", "to record it", "VB"),
        ("record", "the record is", "NN"),
        ("live", "they live here", "VB"),
        ("live", "live from Berlin", OTHER),
        ("read", "i have read it", "VBN"),
        ("read", "you’ve never read it", "VBN"),
        ("close", "don’t close it", "VB"),
        ("present", "i can also present it", "VB"),
        ("to", "to be", "TO"),
        ("a", "a day", "DT"),
        ("I", "so I do", "PRP"),
        ("1,250.50", "$ 1,250.50", "CD"),
        ("$", "$ 1,250.50", "$"),
        ("“", "“ fine ”", "``"),
        ("3rd", "the 3rd one", "NN"),
    ],
)
def test_the_word_before_tells_most_of_them_apart(word: str, sentence: str, tag: str) -> None:
    assert tag_of(word, sentence) == tag


def test_every_word_has_a_tag() -> None:
    assert tags([]) == []
    assert len(tags(["", " ", "\n", "word"])) == 4


def words(text: str) -> list[Word]:
    """Each letter is a phoneme; marks are words of their own."""
    found: list[Word] = []
    for index, character in enumerate(text):
        if character == " ":
            found[-1] = found[-1]._replace(space=True)
        elif found and not found[-1].space and found[-1].phonemes.isalpha() == character.isalpha():
            found[-1] = found[-1]._replace(phonemes=found[-1].phonemes + character)
        else:
            found.append(Word(index, character, False))
    return found


def test_phonemes_are_the_words_joined() -> None:
    assert phonemes_of(words("one two, three. ")) == "one two, three."


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("one two", 20, ["one two"]),
        ("one two, three four", 15, ["one two,", "three four"]),
        ("one. two, three four", 18, ["one.", "two, three four"]),
        ("one: two, three four", 18, ["one:", "two, three four"]),
        ("one two three four", 10, ["one two", "three four"]),
        ("abcdefghij klm", 4, ["abcd", "efgh", "ij", "klm"]),
        ("one ... !", 20, ["one ... !"]),
        ("...", 20, []),
        ("", 20, []),
    ],
)
def test_what_is_too_long_is_cut_where_it_hurts_least(text: str, most: int, parts: list[str]) -> None:
    found = chunks(words(text), most)
    assert [phonemes_of(chunk) for chunk in found] == parts
    assert all(len(phonemes_of(chunk)) <= most for chunk in found)


def test_a_chunk_keeps_every_word_and_its_place() -> None:
    text = "It is a long one, with a clause; and another, which goes on: and on and on. " * 5
    found = chunks(words(text), 60)
    assert [word for chunk in found for word in chunk] == words(text)


def test_what_has_no_phonemes_is_left_out_and_its_space_kept() -> None:
    silent = [Word(0, "", True), Word(1, "a", False), Word(2, "", True), Word(4, "b", False)]
    assert audible(silent) == [Word(1, "a", True), Word(4, "b", False)]


def test_words_begin_where_the_frames_say() -> None:
    # Ahead of it 5 frames, of which 3 are left out; the space of 4 is halved.
    frames = [5, 2, 3, 4, 6, 1, 7]
    assert phonemes_of([Word(0, "ab", True), Word(3, "c", False), Word(4, ",", False)]) == "ab c,"
    found = begins([Word(0, "ab", True), Word(3, "c", False), Word(4, ",", False)], frames)
    assert found == [(0, 2 * FRAME), (3, (2 + 5 + 2) * FRAME), (4, (2 + 5 + 4 + 6) * FRAME)]


def test_a_language_spelled_as_a_whole_has_its_words_back() -> None:
    text = "Hola, soy yo."
    assert spelled(text, "ola, soi jo.") == [Word(0, "ola,", True), Word(6, "soi", True), Word(10, "jo.", False)]
    assert [word.char for word in spelled("son 1.250 euros", "son mil dos cientos euros")] == [0, 4, 4, 4, 10]
    assert [word.char for word in spelled("a b c d", "ab cd")] == [0, 4]
    assert [word.char for word in spelled("1 o 2", "uno dos o dos tres")] == [0, 0, 2, 4, 4]
    assert spelled("...", "x") == [] and spelled("x", "") == []


def test_voices_are_told_by_their_files() -> None:
    found = voices(["bm_george", "af_heart", "jf_alpha", "zm_yunxi", "readme", "ax_x", "ef_dora"])
    assert [(voice.name, voice.title, voice.language.name, voice.gender) for voice in found] == [
        ("af_heart", "Heart", "American English", "female"),
        ("bm_george", "George", "British English", "male"),
        ("ef_dora", "Dora", "Spanish", "female"),
    ]
    assert all(sample_in(language.code, "") for language in LANGUAGES.values())
