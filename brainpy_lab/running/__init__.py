"""Run a function with many sets of parameters, in processes or on any executor."""

from .pool import TaskError, process_pool, process_pool_lock
from .result import Result

__all__ = ["Result", "TaskError", "process_pool", "process_pool_lock"]
