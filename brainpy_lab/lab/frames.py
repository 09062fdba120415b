"""When a frame goes to the page: at most 30 a second, at most two under way, always the newest.

A page that keeps up answers to several frames at once; those that it draws without an answer are not under way.

`FrameSender` knows neither widgets nor simulations: it is given a clock, a function that builds a frame and one that
sends it. All of its methods but `post` belong to the thread that sends (the simulation's); `post` may be called by any
handler, on whatever thread a message arrives, and only writes into a mailbox.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

Build = Callable[[], tuple[dict, list[bytes]]]
Send = Callable[[dict, list[bytes]], None]

# A connection this slow (a Hub, Binder) needs more frames under way to keep its rate; above the second figure of
# drawing time it is the page that is slow, and more frames under way would only queue there.
SLOW_TRIP_S = 0.080
SLOW_DRAW_S = 0.025
STALE_S = 0.5
# A page that has just been made is still being laid out: its first answers say nothing about the connection.
SETTLE_S = 1.5
GONE_S = 10.0
MOST_FPS = 60.0
MOST_AT_ONCE = 8  # frames to which a page may answer at once


@dataclass
class FrameCounts:
    """What became of the frames of a lab."""

    sent: int = 0
    acknowledged: int = 0
    dropped: int = 0
    lost: int = 0
    most_in_flight: int = 0


@dataclass
class _Page:
    """One place where the lab is shown (a notebook may be open twice)."""

    visible: bool = True


@dataclass
class FrameSender:
    """Decides when the next frame is built and sent.

    Parameters
    ----------
    build : callable
        Returns header and buffers of a frame that shows the present state.
    send : callable
        Sends them; called on the thread that calls `poll`.
    fps : float
        Most frames in a second.
    clock : callable
        Seconds, monotonic.
    background : bool
        Never ask for a pause because nobody looks.
    """

    build: Build
    send: Send
    fps: float = 30.0
    clock: Callable[[], float] = time.monotonic
    background: bool = False
    counts: FrameCounts = field(default_factory=FrameCounts)

    def __post_init__(self):
        now = self.clock()
        self.seq = 0
        self._is_slow_line = False
        self._unanswered = 0
        self._mail: deque[tuple[float, dict]] = deque()
        self._in_flight: dict[int, float] = {}
        self._next = now
        self._dirty = True
        self._probing = False
        self._pages: dict[str, _Page] = {}
        self._looked = now
        self._trip = 0.0
        self._drawing = 0.0
        self._busy_at = now - 1.0
        self._drawn_at: deque[float] = deque(maxlen=60)

    def post(self, message: dict) -> None:
        """A message of the page, from any thread: hello, bye, visible, ack. Takes effect at the next `poll`."""
        self._mail.append((self.clock(), message))

    def limit(self, fps: float) -> None:
        """Send at most this many frames in a second, between 1 and `MOST_FPS`. From any thread."""
        self.fps = min(MOST_FPS, max(1.0, float(fps)))

    def mark(self) -> None:
        """Something changed: the page should see one more frame."""
        self._dirty = True

    @property
    def window(self) -> int:
        """Most frames that may be unanswered: those under way, and those that the page draws without an answer."""
        return (4 if self._is_slow_line else 2) + self._unanswered

    @property
    def in_flight(self) -> int:
        """Frames that were sent and not acknowledged."""
        return len(self._in_flight)

    @property
    def wanted(self) -> bool:
        """Whether somebody looks and has not yet seen the newest state."""
        return self._dirty and self._watched()

    @property
    def is_seen(self) -> bool:
        """Whether all who look have drawn the newest state."""
        return not self._watched() or not (self._dirty or self._in_flight)

    @property
    def drawn_fps(self) -> float:
        """Frames drawn in the last second, as the page acknowledged them."""
        since = self.clock() - 1.0
        return float(sum(1 for at in list(self._drawn_at) if at >= since))

    def unseen_for(self) -> float:
        """Seconds since somebody last showed that the lab is being looked at."""
        if self.background:
            return 0.0
        return self.clock() - self._looked

    def awake(self) -> None:
        """Somebody acts on the lab: start counting the time without a look again."""
        self._looked = self.clock()

    def busy(self) -> None:
        """This process does other work now, such as compiling: late answers say nothing about the connection."""
        self._busy_at = max(self._busy_at, self.clock())

    def poll(self, paced: bool = True, force: bool = False) -> bool:
        """Read the mailbox and send a frame if one is due; True when a frame was sent.

        Parameters
        ----------
        paced : bool
            Keep to the frame rate. Without it only the window counts: for the last frame before a pause.
        force : bool
            Send whatever the window says: for the last frame of all.
        """
        self._read_mail()
        now = self.clock()
        if force:
            return self._watched() and self._send_one(now)
        if not self._dirty or not self._watched() or (paced and now < self._next):
            return False
        if len(self._in_flight) >= (1 if self._probing else self.window):
            if now - min(self._in_flight.values()) < STALE_S:
                # A frame that is due goes out as soon as there is room; it is dropped when the next one is due.
                if now >= self._next + 1.0 / self.fps:
                    self.counts.dropped += 1
                    self._next += 1.0 / self.fps
                return False
            # No answer for half a second: count these as lost and ask with one frame at a time.
            self.counts.lost += len(self._in_flight)
            self._in_flight.clear()
            self._probing = True
        return self._send_one(now)

    def _send_one(self, now: float) -> bool:
        self.seq += 1
        header, buffers = self.build()
        header["seq"] = self.seq
        self._dirty = False
        self._in_flight[self.seq] = now
        self.counts.sent += 1
        self.counts.most_in_flight = max(self.counts.most_in_flight, len(self._in_flight))
        # Keep to the beat when we are a little late, start a new one when we are very late.
        self._next = max(self._next + 1.0 / self.fps, now + 0.5 / self.fps)
        self.send(header, buffers)
        return True

    def _watched(self) -> bool:
        return any(page.visible for page in self._pages.values())

    def _read_mail(self) -> None:
        while self._mail:
            at, message = self._mail.popleft()
            kind = message.get("do")
            client = str(message.get("client", ""))
            if kind == "ack":
                self._acknowledge(at, message)
            elif kind == "hello":
                self._pages[client] = _Page()
                self._in_flight.clear()
                self._unanswered = 0
                self._dirty = True
                self._looked = at
                self._busy_at = max(self._busy_at, at + SETTLE_S)
            elif kind == "bye":
                self._pages.pop(client, None)
            elif kind == "visible":
                page = self._pages.setdefault(client, _Page())
                page.visible = bool(message.get("visible"))
                if page.visible:
                    self._in_flight.clear()
                    self._dirty = True
                    self._looked = at

    def _acknowledge(self, at: float, message: dict) -> None:
        seq = int(message.get("ack", 0))
        sent = self._in_flight.get(seq)
        self._probing = False
        self._looked = at
        answered = [k for k in self._in_flight if k <= seq] or [seq]
        for older in answered:
            self._in_flight.pop(older, None)
        self.counts.acknowledged += len(answered)
        self._drawn_at.extend([at] * len(answered))
        self._unanswered = min(MOST_AT_ONCE, max(1, int(message.get("every", 1)))) - 1
        if sent is None or sent <= self._busy_at:
            return
        held = float(message.get("held_ms", 0.0)) / 1000.0
        drawn = float(message.get("drawn_ms", 0.0)) / 1000.0
        share = 0.2
        self._trip += share * (max(0.0, at - sent - held) - self._trip)
        self._drawing += share * (drawn - self._drawing)
        slow_line = self._trip > SLOW_TRIP_S * (0.75 if self._is_slow_line else 1.0)
        self._is_slow_line = slow_line and self._drawing < SLOW_DRAW_S
