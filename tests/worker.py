"""A process that runs modules of tests one after the other, and tells what came of each."""

import collections
import faulthandler
import gc
import multiprocessing
import os
import resource
import signal
import tempfile
import time
import unittest

# What came of a module: how many tests ran, failed and were skipped; the seconds that passed; the
# processor seconds of each test and of what it started, by the test's name; what was printed, and
# the report on what failed.
Result = collections.namedtuple('Result', 'ran failed skipped seconds tests printed report')

_CONTEXT = multiprocessing.get_context('spawn')


class Worker:
    """The process, as the one that started it sees it."""

    def __init__(self):
        self._printed = tempfile.NamedTemporaryFile()
        self._connection, other_end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(other_end, self._printed.name))
        self._process.start()
        other_end.close()

    def run(self, name):
        """Returns the result of a module, also where the process dies of it."""
        start = time.perf_counter()
        try:
            self._connection.send(name)
            result = self._connection.recv()
        except (EOFError, OSError):
            self._process.join()
            report = f'ERROR: {name}: the process ended with status {self._process.exitcode}'
            result = Result(1, 1, 0, time.perf_counter() - start, {}, '', report)
        with open(self._printed.name, encoding='utf-8', errors='replace') as file:
            return result._replace(printed=file.read())

    def is_alive(self):
        return self._process.is_alive()

    def close(self):
        self._process.terminate()
        self._process.join()
        self._connection.close()
        self._printed.close()


def processor_seconds():
    """Returns those of this process and of the ended ones that it started."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)


class _TimedResult(unittest.TestResult):
    """Keeps the processor seconds of each test."""

    def __init__(self):
        super().__init__()
        self.seconds = {}

    def startTest(self, test):  # noqa: N802
        super().startTest(test)
        self._start = processor_seconds()

    def stopTest(self, test):  # noqa: N802
        super().stopTest(test)
        self.seconds[test.id()] = processor_seconds() - self._start


def _serve(connection, printed):
    # What TensorFlow's C++ code and started processes print goes by the file descriptors.
    file = os.open(printed, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    faulthandler.enable()
    # On import it prints what it found on the machine, however quiet it was told to be.
    import tensorflow  # noqa: F401
    # A shell has its background jobs ignore it, and what they start inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        while True:
            name = connection.recv()
            os.truncate(printed, 0)
            connection.send(_run(name))
    except (EOFError, KeyboardInterrupt):
        pass


def _run(name):
    start = time.perf_counter()
    before = processor_seconds()
    result = _TimedResult()
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
    return Result(*counts, time.perf_counter() - start, seconds, '', '\n'.join(reports))
