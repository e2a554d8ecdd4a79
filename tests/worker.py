"""A process that runs modules of tests one after the other, and tells what came of each."""

import collections
import contextlib
import faulthandler
import gc
import multiprocessing
import os
import resource
import signal
import tempfile
import time
import unittest
import warnings

# What came of a module: how many tests ran, failed and were skipped; the seconds that passed; the
# processor seconds of each test and of what it started, by the test's name; what was printed, and
# a list of reports on what failed, the first line of which names the test.
Result = collections.namedtuple('Result', 'ran failed skipped seconds tests printed reports')

_CONTEXT = multiprocessing.get_context('spawn')
_SECONDS_BETWEEN_LOOKS = 1
_SECONDS_TO_END = 10


class Worker:
    """The process, as the one that started it sees it.

    Attributes:
        test: name of the test that it runs, or of the module that it imports.
    """

    def __init__(self):
        self.test = ''
        self._printed = tempfile.NamedTemporaryFile()
        self._connection, other_end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(other_end, self._printed.name))
        self._process.start()
        other_end.close()

    def run(self, name):
        """Returns the result of a module, also where the process dies of it."""
        start, ran, self.test = time.perf_counter(), 0, name
        try:
            self._connection.send(name)
            result = self._receive()
            while isinstance(result, str):
                ran, self.test = ran + 1, result
                result = self._receive()
        except (EOFError, OSError):
            self._end()
            report = (f'ERROR: {self.test}: the process ended with status '
                      f'{self._process.exitcode}')
            result = Result(max(1, ran), 1, 0, time.perf_counter() - start, {}, '', [report])
        with open(self._printed.name, encoding='utf-8', errors='replace') as file:
            return result._replace(printed=file.read())

    def is_alive(self):
        """Whether another module can be run."""
        return self._process.is_alive()

    def kill(self):
        """Ends the process, and the programs that its tests have started, whatever they do."""
        self._signal(signal.SIGTERM)

    def close(self):
        """The same, but one that waits for a module ends by itself."""
        self._connection.close()
        self._end()
        self._printed.close()

    def _receive(self):
        # What a test has left behind may hold the pipe open when the process is dead.
        while not self._connection.poll(_SECONDS_BETWEEN_LOOKS):
            if not self._process.is_alive() and not self._connection.poll():
                raise EOFError
        return self._connection.recv()

    def _end(self):
        self._process.join(_SECONDS_TO_END)
        for signum in (signal.SIGTERM, signal.SIGKILL):
            self._signal(signum)
            self._process.join(_SECONDS_TO_END)

    def _signal(self, signum):
        # The group is there when the process has begun, and as long as any of its programs is.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signum)
        if self._process.is_alive():
            os.kill(self._process.pid, signum)


def processor_seconds():
    """Returns those of this process and of the ended ones that it started."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)


class _TimedResult(unittest.TestResult):
    """Tells which test begins, and keeps the processor seconds of each."""

    def __init__(self, tell):
        super().__init__()
        self.seconds = {}
        self.test = ''
        self._tell = tell

    def startTest(self, test):  # noqa: N802
        super().startTest(test)
        self.test = test.id()
        self._tell(self.test)
        self._start = processor_seconds()

    def stopTest(self, test):  # noqa: N802
        super().stopTest(test)
        self.seconds[self.test] = processor_seconds() - self._start

    def show_warning(self, message, category, filename, lineno, file=None, line=None):
        """Prints a warning that no test expects, and which test met it."""
        print(f'{category.__name__} in {self.test}: {message} ({filename}:{lineno})', flush=True)


def _serve(connection, printed):
    # A group of its own: Ctrl-C is for the process that started this one, which then ends all.
    os.setsid()
    # What TensorFlow's C++ code and started processes print goes by the file descriptors.
    file = os.open(printed, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    faulthandler.enable()
    # On import it prints what it found on the machine, however quiet it was told to be.
    import tensorflow  # noqa: F401
    # What it has made stays, and need not be looked through each time that graphs are collected.
    gc.collect()
    gc.freeze()
    # A shell has its background jobs ignore it, and what they start inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        while True:
            name = connection.recv()
            os.truncate(printed, 0)
            connection.send(_run(name, connection.send))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        pass


def _run(name, tell):
    start = time.perf_counter()
    before = processor_seconds()
    result = _TimedResult(tell)
    result.test = name
    with warnings.catch_warnings():
        warnings.showwarning = result.show_warning
        suite = unittest.defaultTestLoader.loadTestsFromName(name)
        result.seconds[f'{name}: import'] = processor_seconds() - before
        suite.run(result)
    reports = [f'{kind}: {test.id()}\n{text}'
               for kind, found in (('FAIL', result.failures), ('ERROR', result.errors))
               for test, text in found]
    reports += [f'UNEXPECTED SUCCESS: {test.id()}' for test in result.unexpectedSuccesses]
    counts = (result.testsRun, len(reports), len(result.skipped))
    seconds = dict(result.seconds)
    # Graphs hold each other in circles.
    del result, suite
    gc.collect()
    return Result(*counts, time.perf_counter() - start, seconds, '', reports)
