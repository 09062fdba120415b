"""The frame sender on a fake clock and a fake comm: rate, window, newest wins, probing, who looks."""

import pytest

from brainpy_lab.lab.frames import FrameSender


class Page:
    """A page that acknowledges by hand, and a clock that stands still."""

    def __init__(self, **options):
        self.now = 100.0
        self.state = 0
        self.sent = []
        self.sender = FrameSender(self.build, self.send, clock=lambda: self.now, **options)

    def build(self):
        return {"state": self.state}, []

    def send(self, header, buffers):
        self.sent.append(header)

    def hello(self):
        self.sender.post({"do": "hello", "client": "a"})

    def ack(self, seq, drawn_ms=1.0, held_ms=5.0, every=1):
        times = {"drawn_ms": drawn_ms, "held_ms": held_ms}
        self.sender.post({"do": "ack", "client": "a", "ack": seq, "every": every, **times})

    def run(self, seconds, every=0.008, answer_after=None, drawn_ms=1.0, at_once=1):
        """A simulation that changes the state and polls every 8 ms; a page that answers after some time."""
        end, answers = self.now + seconds, []
        while self.now < end:
            for at, seq in [item for item in answers if item[0] <= self.now]:
                answers.remove((at, seq))
                if seq % at_once == 0:
                    self.ack(seq, drawn_ms, every=at_once)
            self.state += 1
            self.sender.mark()
            if self.sender.poll() and answer_after is not None:
                answers.append((self.now + answer_after, self.sent[-1]["seq"]))
            self.now += every


@pytest.fixture
def page():
    page = Page()
    page.hello()
    return page


def test_nothing_is_sent_before_a_page_says_hello():
    page = Page()
    page.run(1.0)
    assert page.sent == []


def test_at_most_thirty_frames_a_second(page):
    page.run(2.0, answer_after=0.020)
    assert 54 <= len(page.sent) <= 61


def test_the_rate_is_kept_although_polls_do_not_meet_the_beat(page):
    page.run(2.0, every=0.011, answer_after=0.010)
    assert len(page.sent) >= 56


def test_two_frames_are_in_flight_and_no_more(page):
    page.run(0.4)
    assert len(page.sent) == 2
    assert page.sender.in_flight == 2
    assert page.sender.counts.most_in_flight == 2
    assert page.sender.counts.dropped > 0


def test_a_page_that_answers_to_four_frames_at_once_gets_all_of_them(page):
    page.ack(0, every=4)
    page.run(2.0, answer_after=0.050, at_once=4)
    assert 56 <= len(page.sent) <= 61 and page.sender.counts.dropped == 0
    assert page.sender.counts.acknowledged >= 54 and page.sender.drawn_fps == pytest.approx(30, abs=4)
    assert page.sender.window == 5 and page.sender.counts.most_in_flight <= 5


def test_after_an_answer_to_one_frame_two_are_in_flight_again(page):
    page.ack(0, every=4)
    page.run(0.4)
    assert page.sender.in_flight == 5
    page.ack(page.sent[-1]["seq"])
    page.run(0.4)
    assert page.sender.in_flight == 2


def test_no_answer_makes_many_frames_wait_and_a_new_page_begins_anew(page):
    page.ack(0, every=1000)
    page.run(0.4)
    assert page.sender.in_flight == 9
    page.hello()
    page.run(0.4)
    assert page.sender.in_flight == 2


def test_the_newest_state_is_sent_when_there_is_room(page):
    page.run(0.4)
    page.ack(1)
    page.run(0.040)
    assert page.sent[-1]["seq"] == 3
    assert page.sent[-1]["state"] > page.sent[-2]["state"] + 20


def test_a_frame_that_found_no_room_is_made_up_for_as_soon_as_there_is_room(page):
    # Answers come 90 ms after a frame, a little before the third beat: two frames in 90 ms and not in 99.
    page.run(2.0, every=0.002, answer_after=0.090, drawn_ms=40.0)
    assert page.sender.window == 2
    assert 43 <= len(page.sent) <= 45
    counts = page.sender.counts
    assert 50 <= counts.sent + counts.dropped <= 62  # a frame or a dropped one for each beat


def test_an_answer_counts_for_all_earlier_frames(page):
    page.run(0.2)
    page.ack(2)
    page.sender.poll()
    assert page.sender.in_flight <= 1


def test_a_page_that_draws_slowly_never_has_more_than_two(page):
    page.run(5.0, answer_after=0.170, drawn_ms=80.0)
    assert page.sender.window == 2
    assert page.sender.counts.most_in_flight == 2
    assert page.sender.counts.lost == 0


def test_a_long_way_to_the_page_widens_the_window_to_four(page):
    page.run(5.0, answer_after=0.150)
    assert page.sender.window == 4
    assert page.sender.counts.most_in_flight == 4
    page.run(5.0, answer_after=0.010)
    assert page.sender.window == 2


def test_without_answers_one_frame_goes_out_every_half_second(page):
    page.run(0.1)
    before = len(page.sent)
    page.run(4.0)
    assert 6 <= len(page.sent) - before <= 9
    assert page.sender.in_flight == 1
    page.ack(page.sent[-1]["seq"])
    page.run(1.0, answer_after=0.010)
    assert page.sender.drawn_fps > 20


def test_a_hidden_page_gets_nothing_and_the_newest_when_it_is_back(page):
    page.run(0.1, answer_after=0.01)
    page.sender.post({"do": "visible", "client": "a", "visible": False})
    sent = len(page.sent)
    page.run(3.0)
    assert len(page.sent) == sent
    assert page.sender.unseen_for() >= 3.0
    page.sender.post({"do": "visible", "client": "a", "visible": True})
    page.sender.poll()
    assert page.sent[-1]["state"] == page.state
    assert page.sender.unseen_for() == 0.0


def test_one_of_two_pages_is_enough(page):
    page.sender.post({"do": "hello", "client": "b"})
    page.sender.post({"do": "visible", "client": "a", "visible": False})
    page.run(0.1)
    assert page.sent
    page.sender.post({"do": "bye", "client": "b"})
    page.sender.poll()
    sent = len(page.sent)
    page.run(0.5)
    assert len(page.sent) == sent


def test_a_lab_in_the_background_is_never_unseen():
    page = Page(background=True)
    page.now += 60
    assert page.sender.unseen_for() == 0.0


def test_an_unchanged_state_is_sent_once(page):
    assert page.sender.poll()
    page.ack(1)
    for _ in range(50):
        page.now += 0.02
        assert not page.sender.poll()


def test_the_last_frame_before_a_pause_does_not_wait_for_the_beat(page):
    page.sender.poll()
    page.sender.mark()
    page.now += 0.001
    assert not page.sender.poll()
    assert page.sender.wanted
    assert page.sender.poll(paced=False)
    assert not page.sender.wanted


def test_answers_that_are_late_because_of_other_work_do_not_widen_the_window(page):
    build, busy = page.sender.build, page.sender.busy

    def build_at_work():
        busy()
        return build()

    page.sender.build = build_at_work
    page.run(3.0, answer_after=0.2)
    assert page.sender.window == 2
    page.sender.build = build
    page.run(3.0, answer_after=0.2)
    assert page.sender.window == 4


def test_the_last_frame_before_a_pause_keeps_to_the_window(page):
    page.run(0.1)
    page.sender.mark()
    assert not page.sender.poll(paced=False)
    page.ack(2)
    assert page.sender.poll(paced=False)


def test_the_last_frame_of_all_is_sent_in_any_case(page):
    page.run(0.1)
    assert page.sender.poll(force=True)


def test_posting_takes_no_effect_before_the_sending_thread_looks(page):
    page.run(0.1)
    page.ack(2)
    assert page.sender.in_flight == 2


def test_all_is_seen_when_the_newest_state_is_answered_or_nobody_looks(page):
    page.sender.poll()
    assert not page.sender.is_seen and not page.sender.wanted
    page.ack(1)
    page.sender.poll()
    assert page.sender.is_seen
    page.sender.mark()
    assert not page.sender.is_seen
    page.sender.post({"do": "visible", "client": "a", "visible": False})
    page.sender.poll()
    assert page.sender.is_seen
