"""Doing work in several processes, with the results in the order of the tasks.

Not concurrent.futures: its pool can wait for ever when a process is killed while another one is being started.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from contextlib import suppress
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, TypeVar

from indexer.errors import EngineError, WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Task = TypeVar("Task")
Result = TypeVar("Result")


def count_cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(work: Callable[[Task], Result], tasks: Iterable[Task], *, processes: int) -> Iterator[Result]:
    """Yield the result of each task, in their order; with one process it is this one that works.

    Raises:
        WorkerError: a process was killed; its work is lost, and so all of it.
    """
    if processes <= 1:
        yield from map(work, tasks)
        return
    crew = _Crew(work, processes)
    try:
        yield from crew.run(enumerate(tasks))
    finally:
        crew.dismiss()


class _Crew:
    """Processes that each have one task at a time, told and answered through a pipe of their own."""

    def __init__(self, work: Callable[[Task], Result], processes: int) -> None:
        # Processes are started anew, not forked: a fork of a program with threads can hang.
        context = multiprocessing.get_context("spawn")
        self._members: list[SpawnProcess] = []
        self._idle: list[Connection] = []
        self._pipes: list[Connection] = []
        for _ in range(processes):
            ours, theirs = context.Pipe()
            member = context.Process(target=_serve, args=(work, theirs), daemon=True)
            blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            member.start()
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            theirs.close()  # so that the pipe ends when the process does
            self._members.append(member)
            self._pipes.append(ours)
        self._idle += self._pipes

    def run(self, tasks: Iterator[tuple[int, Task]]) -> Iterator[Result]:
        """Hand out tasks, and yield their results in order; few results are held that are not yielded yet."""
        done: dict[int, Result] = {}
        awaited, left = 0, True
        while True:
            while left and self._idle and len(done) < 2 * len(self._pipes):
                task = next(tasks, None)
                left = task is not None
                if task is not None:
                    self._tell(self._idle.pop(), task)
            busy = [pipe for pipe in self._pipes if pipe not in self._idle]
            if not busy:
                return
            for pipe in wait(busy):
                number, result = self._listen(pipe)  # type: ignore[arg-type]
                done[number] = result  # type: ignore[assignment]
            while awaited in done:
                yield done.pop(awaited)
                awaited += 1

    def dismiss(self) -> None:
        """End all processes, whatever they do."""
        for member in self._members:
            member.kill()
        for member, pipe in zip(self._members, self._pipes, strict=True):
            member.join()
            pipe.close()

    def _tell(self, pipe: Connection, task: tuple[int, object]) -> None:
        try:
            pipe.send(task)
        except OSError:
            raise WorkerError from None

    def _listen(self, pipe: Connection) -> tuple[int, object]:
        try:
            number, result, error = pipe.recv()  # from our own child
        except (EOFError, OSError):
            raise WorkerError from None
        if error is not None:
            raise error
        self._idle.append(pipe)
        return number, result


def _serve(work: Callable[[Task], Result], pipe: Connection) -> None:
    """Do what is told until the pipe ends, as it does when the process that began this one does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for that process to answer
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    with suppress(EOFError, OSError):
        while True:
            number, task = pipe.recv()
            try:
                answer = pickle.dumps((number, work(task), None))
            except Exception as error:
                answer = pickle.dumps((number, None, _carriable(error)))
            pipe.send_bytes(answer)


def _carriable(error: Exception) -> Exception:
    """Return an error that survives the way to another process, with the same words."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:
        return EngineError(f"{type(error).__name__}: {error}")
    return error
