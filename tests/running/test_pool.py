"""Tasks in processes and on other executors."""

import copy
import os
import pickle
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from brainpy_lab import running
from brainpy_lab.errors import ModelUseError


def square(x, power=2):
    time.sleep(0.02 * (4 - x) if 0 <= x < 4 else 0.0)  # the first ends last
    return x**power


def where(x):
    return os.getpid()


def pick(x):
    if x % 2:
        raise RuntimeError(f"odd {x}")
    return x


def append(path, line, lock):
    with lock:
        with open(path) as file:
            held = file.read()
        time.sleep(0.01)  # without the lock another task would write here, and be lost
        with open(path, "w") as file:
            file.write(held + line)


def test_results_come_in_the_order_of_the_parameters(capsys):
    results = running.process_pool(square, [(0,), [1], {"x": 2}, {"x": 3, "power": 3}], nb_process=2)
    assert results == [0, 1, 4, 27] and [item.get() for item in results] == [0, 1, 4, 27]
    shown = capsys.readouterr()
    assert shown.out == "4 jobs total.\n" and "4/4" in shown.err


def test_tasks_run_in_other_processes():
    assert os.getpid() not in running.process_pool(where, [(k,) for k in range(4)], 2, progress=False)


def test_a_failed_task_is_named_with_its_parameters_and_the_others_are_kept():
    with ThreadPoolExecutor(2) as executor, pytest.raises(running.TaskError) as caught:
        running.process_pool(pick, [(k,) for k in range(10)], executor=executor, progress=False)
    text = str(caught.value)
    assert "5 of 10 tasks failed" in text and "task 1, pick(1): RuntimeError: odd 1" in text and "and 2 more" in text
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert caught.value.results[::2] == [0, 2, 4, 6, 8] and isinstance(caught.value.results[3], RuntimeError)


def test_a_task_that_fails_in_a_process_is_named_too():
    with pytest.raises(running.TaskError, match=r"task 1, pick\(x=3\): RuntimeError: odd 3"):
        running.process_pool(pick, [{"x": 2}, {"x": 3}], nb_process=1, progress=False)


def test_an_executor_needs_nothing_but_submit():
    class Here:
        def submit(self, func, *args, **kwargs):
            future = Future()
            future.set_result(func(*args, **kwargs))
            return future

    assert running.process_pool(square, [(5,)], executor=Here(), progress=False)[0] == 25


def test_a_lock_keeps_tasks_apart(tmp_path):
    path = tmp_path / "lines"
    path.write_text("")
    running.process_pool_lock(append, [(path, f"{k}\n") for k in range(6)], nb_process=3, progress=False)
    assert sorted(path.read_text().split()) == list("012345")


def test_a_lock_is_a_keyword_among_keywords(tmp_path):
    path = tmp_path / "lines"
    path.write_text("")
    with ThreadPoolExecutor(1) as executor:
        running.process_pool_lock(append, [{"path": path, "line": "x"}], executor=executor, progress=False)
    assert path.read_text() == "x"


def test_an_interruption_cancels_what_has_not_begun():
    ran, gate = [], threading.Event()

    def task(k):
        if k == 0:
            gate.wait(5.0)
            raise KeyboardInterrupt
        ran.append(k)
        time.sleep(0.05)

    with ThreadPoolExecutor(1) as executor:
        threading.Timer(0.1, gate.set).start()
        with pytest.raises(KeyboardInterrupt):
            running.process_pool(task, [(k,) for k in range(50)], executor=executor, progress=False)
    assert len(ran) < 10


@pytest.mark.parametrize(
    "args, message",
    [
        ((3, [(1,)], 1), '"func" must be a function'),
        ((square, 5, 1), '"all_net_params" must be a list'),
        ((square, [(1,), 2], 1), r'"all_net_params\[1\]" is 2\. Give a tuple .* \(2,\)'),
        ((square, [(1,)], 0), '"nb_process" must be a whole number of processes, 1 or more, but got 0'),
        ((square, [(1,)], 1.5), '"nb_process"'),
        ((square, [(1,)], 1, object()), '"executor" must be something with submit'),
    ],
)
def test_mistakes_are_named_before_anything_runs(args, message):
    for run in (running.process_pool, running.process_pool_lock):
        with pytest.raises(ModelUseError, match=message):
            run(*args)


def test_unknown_parameters_are_a_value_error_too():
    with pytest.raises(ValueError):
        running.process_pool(square, [3], 1)


def test_a_result_is_used_like_its_value():
    r = running.Result
    three = r(3.0)
    assert three + 1 == 4 and 1 - three == -2 and three * three == 9 and three**2 == 9 and 2**three == 8
    assert -three == -3 and three < 4 and three >= r(3.0) and float(three) == 3.0 and f"{three:.1f}" == "3.0"
    assert np.mean([r(1.0), r(2.0)]) == 1.5 and np.asarray(r([1, 2])).tolist() == [1, 2]
    a, b = r((1, 2))
    assert (a, b) == (1, 2) and r([1, 2])[1] == 2 and 2 in r([1, 2]) and len(r("ab")) == 2 and str(r("ab")) == "ab"
    array = r(np.arange(4.0))
    array[0] = 7.0
    assert array.shape == (4,) and array.mean() == 3.25 and (array > 2).sum() == 2 and bool(r(0)) is False
    table = r({"a": 1})
    assert table.get("a") == 1 and table.get("b", 5) == 5 and table.get() == {"a": 1} and table["a"] == 1
    assert r(3).get(timeout=1) == r(3).get(10) == 3 and three.ready() and three.successful() and three.wait() is None
    assert pickle.loads(pickle.dumps(three)) == 3 and copy.copy(three) == 3 and hash(three) == hash(3.0)
    assert round(r(2.6)) == 3 and divmod(r(7), 2) == (3, 1) and r(int)("4") == 4


def test_a_result_passes_new_attributes_to_its_value():
    class Holder:
        pass

    holder = Holder()
    running.Result(holder).rate = 3.0
    assert holder.rate == 3.0
