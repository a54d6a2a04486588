"""Nothing is acknowledged before it is in a transcript or was judged to be silence."""

from parley.conversation.mic_ledger import ACK_STEP, CREDIT, MicLedger
from parley.wire.messages import MicAck


def test_silence_is_settled_in_steps_of_a_second() -> None:
    ledger = MicLedger(3)
    assert ledger.news() == MicAck(stream=3, sample=0, credit_sample=CREDIT)
    assert ledger.heard(ACK_STEP - 512) is None
    assert ledger.heard(ACK_STEP) == MicAck(stream=3, sample=ACK_STEP, credit_sample=ACK_STEP + CREDIT)


def test_an_utterance_holds_back_its_own_sound_and_all_after_it() -> None:
    ledger = MicLedger(3)
    ledger.heard(ACK_STEP)
    ledger.began(20_000)
    ledger.heard(200_000)
    assert ledger.ack.sample == 20_000
    assert ledger.settled(20_000, 60_000) == MicAck(stream=3, sample=200_000, credit_sample=200_000 + CREDIT)


def test_a_later_utterance_is_held_back_when_an_earlier_one_is_settled() -> None:
    ledger = MicLedger(3)
    ledger.began(1000)
    ledger.heard(50_000)
    ledger.began(60_000)
    ledger.settled(1000, 50_000)
    assert ledger.ack.sample == 50_000
    ledger.settled(60_000, 90_000)
    assert ledger.ack.sample == 90_000


def test_credit_grows_with_what_was_heard_even_while_nothing_is_settled() -> None:
    ledger = MicLedger(3)
    ledger.began(0)
    ack = ledger.heard(5 * ACK_STEP)
    assert ack is not None and ack.sample == 0 and ack.credit_sample == 5 * ACK_STEP + CREDIT


def test_the_end_of_a_capture_tells_whatever_is_left() -> None:
    ledger = MicLedger(3)
    ledger.heard(ACK_STEP)
    assert ledger.heard(ACK_STEP + 512) is None
    ack = ledger.news()
    assert ack is not None and ack.sample == ACK_STEP + 512
    assert ledger.news() is None
