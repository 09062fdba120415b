"""What threads need that share a program: jobs, places to meet, and ways to wait.

They share one array of integers, a line of `LINE` words for each thing that changes on its own, so that no two threads
write into one line of the processor's cache. Thread 0 is whoever calls; it hands out a job by raising the number of the
present one, and takes it back when every other thread has noted that number as its last.
"""

import sys

import numpy as np
from brainpy_lab.kernels.numba.active import active_bits, count_bits
from brainpy_lab.kernels.numba.memory import append_events
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj

LINE = 16  # words of 8 bytes; processors fetch lines of 64 bytes in pairs

# Places of single words.
JOB = 0  # number of the present job
CLOSED = 1  # nobody will hand out a job again
ARRIVED = LINE  # how often threads have come to a meeting of this job
STOPPED = 2 * LINE  # thread 0 has left the job half-way: leave at the next meeting
SIZE, MOST_LOOKS, YIELDS, STEP, I_RUN, N_STEPS, SEED = (3 * LINE + k for k in range(7))
FINISHED = 4 * LINE  # of thread r in word FINISHED + LINE*r: the last job that it is done with
LOOKS = FINISHED + 1  # likewise: how often it looks again before it gives its processor to others

# Waiting: look again at once, many times; then sleep for a moment, as short as the system can. Whoever had to sleep
# long, because another got no processor, looks less often the next time. Yielding is for threads that outnumber the
# processors: on a busy machine it gives a whole slice of time to a stranger, while a sleeper is soon let in again.
LEAST_LOOKS = 100
LONG = 4  # naps
PATIENCE = 80  # naps after which a thread without a job leaves compiled code, about 4 ms

if sys.platform == "win32":
    _yield = types.ExternalFunction("SwitchToThread", types.int32())
    _sleep = types.ExternalFunction("Sleep", types.void(types.uint32))
    _NAP = np.uint32(1)  # ms
else:
    _yield = types.ExternalFunction("sched_yield", types.int32())
    _sleep = types.ExternalFunction("usleep", types.int32(types.uint32))
    _NAP = np.uint32(1)  # us; Linux makes it 50


def words(size: int, most_looks: int, yields: int) -> np.ndarray:
    """The shared array of `size` threads."""
    team = np.zeros(FINISHED + LINE * size, np.int64)
    team[[SIZE, MOST_LOOKS, YIELDS]] = size, most_looks, yields
    team[LOOKS::LINE] = most_looks
    return team


def _address(context, builder, signature, arguments):
    array = arrayobj.make_array(signature.args[0])(context, builder, arguments[0])
    return cgutils.get_item_pointer(context, builder, signature.args[0], array, [arguments[1]], wraparound=False)


@intrinsic
def load(typing_context, team, place):
    """A word; whatever its writer wrote before it is seen after it."""

    def emit(context, builder, signature, arguments):
        return builder.load_atomic(_address(context, builder, signature, arguments), "acquire", 8)

    return types.int64(team, types.int64), emit


@intrinsic
def store(typing_context, team, place, value):
    """Write a word, after everything that was written before."""

    def emit(context, builder, signature, arguments):
        builder.store_atomic(arguments[2], _address(context, builder, signature, arguments), "release", 8)
        return context.get_dummy_value()

    return types.void(team, types.int64, types.int64), emit


@intrinsic
def add(typing_context, team, place, value):
    """Add to a word that others add to as well; returns what it was."""

    def emit(context, builder, signature, arguments):
        place = _address(context, builder, signature, arguments)
        return builder.atomic_rmw("add", place, arguments[2], "acq_rel")

    return types.int64(team, types.int64, types.int64), emit


@njit
def _rest(team, waited, looks):
    """Wait a moment, longer the more often one has `waited`."""
    if waited >= looks + team[YIELDS]:
        _sleep(_NAP)
    elif waited >= looks:
        _yield()


@njit
def meet(team, rank, number):
    """Wait until every thread has come here; meetings of a job are counted from 1. True when the job cannot go on."""
    goal = number * team[SIZE]
    add(team, ARRIVED, 1)
    mine = LOOKS + LINE * rank
    looks = team[mine]
    waited = 0
    while load(team, ARRIVED) < goal:
        if load(team, STOPPED) != 0:
            return True
        _rest(team, waited, looks)
        waited += 1
    if waited > looks + team[YIELDS] + LONG:
        team[mine] = max(LEAST_LOOKS, looks // 2)
    elif looks < team[MOST_LOOKS]:
        team[mine] = min(team[MOST_LOOKS], 2 * looks)
    return False


@njit
def begin(team, rank):
    """Thread 0 hands out a job; the others wait for one. False when none came for some milliseconds."""
    if rank == 0:
        # Everybody is done with the last job, so nobody looks at these words now.
        team[ARRIVED] = 0
        store(team, JOB, team[JOB] + 1)
        return True
    last, looks = team[FINISHED + LINE * rank], team[LOOKS + LINE * rank]
    waited = 0
    while load(team, JOB) == last:
        if waited >= looks + team[YIELDS] + PATIENCE or load(team, CLOSED) != 0:
            return False
        _rest(team, waited, looks)
        waited += 1
    return True


@njit
def end(team, rank):
    """The others note that they are done; thread 0 waits for them and is told to leave."""
    if rank != 0:
        store(team, FINISHED + LINE * rank, team[JOB])
        return False
    for other in range(1, team[SIZE]):
        waited = 0
        while load(team, FINISHED + LINE * other) != team[JOB]:
            _rest(team, waited, team[LOOKS])
            waited += 1
    return True


@njit
def count_events(counts, turn, rank, source):
    """Note how many elements of a thread's part are not zero, for all to see after the next meeting.

    There are two places for each thread, used in turns: one that is still being read is not written.
    """
    active = np.int64(0)
    for start in range(0, source.shape[0], 64):
        active += count_bits(active_bits(source, start, source.shape[0]))
    counts[turn, LINE * rank] = active


@njit
def place_events(steps, ids, count, held, i_run, counts, turn, rank, size, first, source):
    """Append (step, element) for every element of a thread's part that is not zero, behind those of the parts before.

    Returns how many events the list holds now; every thread finds the same number.
    """
    if counts[turn, LINE * rank]:
        k = held
        for other in range(rank):
            k += counts[turn, LINE * other]
        append_events(steps, ids, k, i_run, first, source)
    for other in range(size):
        held += counts[turn, LINE * other]
    if rank == 0:
        count[0] = held
    return held
