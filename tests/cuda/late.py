"""Stand-ins for devices that say, or choose, in which order things are done."""

from __future__ import annotations

from brainpy_lab.backends.cuda.emulator import EmulatedDevice


class Late:
    """Does what is launched as late as it may, and never a launch behind the mark that somebody waits for.

    The emulated device does everything at once; a card does something in between. `log` tells launches of batches,
    ('launch', k), and ('bring', k) for the first download that waits for the mark behind batch k.
    """

    name = "late"
    processors = 2

    def __init__(self) -> None:
        self.device = EmulatedDevice()
        self.waiting: list = []
        self.done = 0
        self.log: list[tuple[str, int]] = []
        self.marks: list[int] = []
        self.allocate, self.free, self.module = self.device.allocate, self.device.free, self.device.module

    def _until(self, place: int) -> None:
        while self.done < place:
            self.waiting.pop(0)()
            self.done += 1

    def _later(self, launch) -> None:
        self.waiting.append(launch)

    def upload(self, address, array):
        self.synchronize()
        self.device.upload(address, array)

    def mark(self):
        self.log.append(("launch", len(self.marks)))
        self.marks.append(self.done + len(self.waiting))
        return len(self.marks) - 1

    def download(self, address, array, after=None):
        if after is None:
            self.synchronize()
        else:
            self._until(self.marks[after])
            if ("bring", after) not in self.log:
                self.log.append(("bring", after))
        self.device.download(address, array)

    def launch(self, *launch):
        self._later(lambda: self.device.launch(*launch))

    def recorded(self, launches, times):
        return self.device.recorded(launches, times)

    def replay(self, recording):
        self._later(lambda: self.device.replay(recording))

    def synchronize(self):
        self._until(self.done + len(self.waiting))
