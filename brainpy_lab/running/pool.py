"""Many runs of a function, each with its own parameters."""

from __future__ import annotations

from .. import checks
from ..errors import ModelUseError, ModelValueError
from .result import Result

SHOWN = 3  # failed tasks that a message describes


class TaskError(ModelUseError):
    """Tasks failed.

    Attributes
    ----------
    results : list
        One entry per task: a `Result`, or the exception of a task that failed.
    """

    results: list


def process_pool(func, all_net_params, nb_process=None, executor=None, progress=True) -> list[Result]:
    """Run a function once for each set of parameters, in several processes.

    Parameters
    ----------
    func : callable
        It must be possible to send it to a process: defined at the top of a module, or in a notebook on Linux.
    all_net_params : list or tuple
        A tuple or list (arguments) or a dict (keyword arguments) for each task.
    nb_process : int, optional
        How many processes; as many as the machine has processors when left out. An executor has its own.
    executor : optional
        Anything with ``submit(func, *args, **kwargs)`` that returns something with ``result()``, such as those of
        `concurrent.futures`, joblib's loky or a client of dask.distributed. It is left open.
    progress : bool
        Show a progress bar.

    Returns
    -------
    list of Result
        What the tasks gave, in the order of the parameters. A `Result` can be used as the value itself, and its
        ``get()`` returns it.

    Raises
    ------
    ModelUseError
        When an argument is not as described.
    TaskError
        When tasks failed, after all have ended. It names them with their parameters, and its ``results`` holds what
        the others gave.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.running.process_pool(pow, [(2, 3), (3, 2)], nb_process=2, progress=False)
    2 jobs total.
    [8, 9]
    """
    return _run(func, _checked(all_net_params), nb_process, executor, progress)


def process_pool_lock(func, all_net_params, nb_process=None, executor=None, progress=True) -> list[Result]:
    """The same with a lock that all tasks share, for a file that they write to.

    Parameters
    ----------
    func : callable
        It gets the lock as its last argument, or as the keyword ``lock`` where parameters are a dict.
    all_net_params, nb_process, executor, progress
        As for `process_pool`.

    Examples
    --------
    A function for it::

        def run(tau, lock):
            rate = simulate(tau)
            with lock:
                with open('rates.txt', 'a') as file:
                    file.write(f'{tau} {rate}\\n')
    """
    import multiprocessing

    tasks = _checked(all_net_params)
    _checked_call(func, nb_process, executor, progress)
    with multiprocessing.Manager() as manager:
        lock = manager.Lock()
        tasks = [
            (args, {**kwargs, "lock": lock}) if kwargs is not None else ((*args, lock), None) for args, kwargs in tasks
        ]
        return _run(func, tasks, nb_process, executor, progress)


def _checked(all_net_params) -> list:
    """(arguments, keyword arguments or None) of each task."""
    if not isinstance(all_net_params, (list, tuple)):
        raise checks.wrong(
            "all_net_params", all_net_params, "a list with the parameters of each task", "Write [(1, 2), (3, 4)], say."
        )
    tasks = []
    for k, item in enumerate(all_net_params):
        if isinstance(item, dict):
            tasks.append(((), dict(item)))
        elif isinstance(item, (list, tuple)):
            tasks.append((tuple(item), None))
        else:
            raise ModelValueError(
                f'Unknown parameter type: "all_net_params[{k}]" is {item!r}. Give a tuple of arguments, such as '
                f"({item!r},), or a dict of keyword arguments."
            )
    return tasks


def _checked_call(func, nb_process, executor, progress) -> None:
    checks.function("func", func)
    if nb_process is not None:
        checks.count("nb_process", nb_process, "processes", high=10_000)
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise checks.wrong(
            "executor", executor, "something with submit(func, *args, **kwargs)", "Give one of concurrent.futures, say."
        )
    checks.flag("progress", progress)


def _run(func, tasks, nb_process, executor, progress) -> list[Result]:
    _checked_call(func, nb_process, executor, progress)
    print(f"{len(tasks)} jobs total.")
    if executor is not None:
        return _gather(executor, func, tasks, progress)
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(max_workers=None if nb_process is None else int(nb_process)) as own:
        return _gather(own, func, tasks, progress)


def _gather(executor, func, tasks, progress) -> list[Result]:
    from tqdm.auto import tqdm

    futures = []
    results: list = []
    failed = []
    with tqdm(total=len(tasks), disable=not progress) as bar:
        try:
            for args, kwargs in tasks:
                futures.append(executor.submit(func, *args, **(kwargs or {})))
            for k, future in enumerate(futures):
                try:
                    results.append(Result(future.result()))
                except Exception as problem:  # whatever the task raised
                    results.append(problem)
                    failed.append(k)
                bar.update()
        except BaseException:
            # Interrupted: what has not begun need not begin.
            for future in futures:
                getattr(future, "cancel", lambda: None)()
            raise
    if failed:
        raise _described(func, tasks, results, failed) from results[failed[0]]
    return results


def _described(func, tasks, results, failed) -> TaskError:
    name = getattr(func, "__name__", repr(func))
    lines = [
        f"  task {k}, {name}({_shown(*tasks[k])}): {type(results[k]).__name__}: {results[k]}" for k in failed[:SHOWN]
    ]
    more = f"\n  and {len(failed) - SHOWN} more" if len(failed) > SHOWN else ""
    error = TaskError(
        f"{len(failed)} of {len(tasks)} tasks failed; the attribute results of this error holds the others.\n"
        + "\n".join(lines)
        + more
    )
    error.results = results
    return error


def _shown(args, kwargs) -> str:
    pieces = [_short(value) for value in args] + [f"{key}={_short(value)}" for key, value in (kwargs or {}).items()]
    return ", ".join(pieces)


def _short(value) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
