"""Runs the tests on all cores and says how far it is: `python -m tests [NAME...]`.

A name is that of a package, a module, a class or a method of the tests; without names all tests
run. Each process has TensorFlow loaded once and takes one module after the other; those that took
longest the last time come first. What failed is told at once, and with its traceback at the end.
`python -m nose2 [NAME...]` runs the same tests in one process.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time

from tensornet.whole_file import write_json
from tests.worker import Worker

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# After so many without a line the tests that run are told.
SILENT_SECONDS = 30
# The seconds that each module took the last time; only the order of the modules depends on them.
SECONDS = os.path.join(ROOT, 'build', 'test-seconds-{}.{}.json'.format(*sys.version_info))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog='python -m tests', description='Runs the tests.')
    parser.add_argument('names', nargs='*', default=['tests'], metavar='NAME',
                        help='package, module, class or method; all tests by default')
    parser.add_argument('--processes', type=_at_least(1), default=_cores(), metavar='N',
                        help='as many modules run at once; as many as there are cores by default')
    parser.add_argument('--slowest', type=_at_least(0), default=0, metavar='N',
                        help='show as many modules and tests with the most processor seconds')
    flags = parser.parse_args(arguments)
    start = time.perf_counter()
    known = _read_seconds()
    names = sorted(set(find_modules(flags.names)))
    names.sort(key=lambda name: -known.get(name, _guess(name)))
    run = Run(names)
    # Whoever ends the run sees what came of it so far.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threads = [threading.Thread(target=run.work, daemon=True)
               for _ in range(min(flags.processes, len(names)))]
    for thread in threads:
        thread.start()
    try:
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.1)
            run.tell_what_runs()
    except KeyboardInterrupt:
        run.stop()
        for thread in threads:
            thread.join()
        print('interrupted')
    known.update((name, round(result.seconds, 2)) for name, result in run.results.items())
    _write_seconds(known)
    _print_slowest(run.results, flags.slowest)
    _print_reports(run.results.values())
    return _print_end(run.results.values(), len(names), time.perf_counter() - start)


def find_modules(names):
    """Returns the modules of tests in the named packages; other names stay as they are."""
    found = []
    for name in names:
        folder = os.path.join(ROOT, *name.split('.'))
        if not os.path.isdir(folder):
            found.append(name)
        for parent, folders, files in os.walk(folder):
            folders.sort()
            package = os.path.relpath(parent, ROOT).replace(os.sep, '.')
            found += [f'{package}.{file[:-3]}' for file in sorted(files)
                      if file.startswith('test') and file.endswith('.py')]
    return found


class Run:
    """The modules that wait and what came of the others.

    Attributes:
        results: dictionary from names to `tests.worker.Result`.
    """

    def __init__(self, names):
        self.results = {}
        self._running = {}
        self._told = time.perf_counter()
        self._total = len(names)
        self._waiting = list(names)
        self._lock = threading.Lock()
        self._stopped = False

    def work(self):
        """Has a process run what waits until nothing does; one that died is followed by another."""
        worker = None
        while True:
            with self._lock:
                if self._stopped or not self._waiting:
                    break
                name = self._waiting.pop(0)
                worker = worker or Worker()
                self._running[name] = worker, time.perf_counter()
            self._report(name, worker.run(name))
            if not worker.is_alive():
                worker.close()
                worker = None
        if worker:
            worker.close()

    def stop(self):
        """Ends the processes; what they were at is not reported."""
        with self._lock:
            self._stopped = True
            # The threads then close them.
            for worker, _ in self._running.values():
                worker.kill()

    def tell_what_runs(self):
        """Prints which tests run, if nothing has been printed for some time."""
        with self._lock:
            now = time.perf_counter()
            if now - self._told > SILENT_SECONDS:
                self._print(*[f'{self._place()} {now - start:6.1f} s  {worker.test} ...'
                              for worker, start in self._running.values()])

    def _report(self, name, result):
        with self._lock:
            del self._running[name]
            if self._stopped:
                return
            self.results[name] = result
            self._print(f'{self._place()} {result.seconds:6.1f} s  {name}: {_counts(result)}',
                        result.printed, *[report.splitlines()[0] for report in result.reports])

    def _place(self):
        return f'{len(self.results):{len(str(self._total))}} of {self._total}'

    def _print(self, *texts):
        for text in texts:
            if text:
                print(text.rstrip('\n'))
        sys.stdout.flush()
        self._told = time.perf_counter()


def _counts(result):
    counts = [f'{result.ran} ran']
    counts += [f'{result.failed} FAILED'] if result.failed else []
    counts += [f'{result.skipped} skipped'] if result.skipped else []
    return ', '.join(counts)


def _print_slowest(results, number):
    if not number:
        return
    modules = {name: sum(result.tests.values()) for name, result in results.items()}
    tests = {name: seconds for result in results.values() for name, seconds in result.tests.items()}
    for title, seconds in (('modules', modules), ('tests', tests)):
        print(f'\nProcessor seconds of the slowest {title}, of {sum(seconds.values()):.0f}:')
        for name in sorted(seconds, key=seconds.get, reverse=True)[:number]:
            print(f'{seconds[name]:7.2f}  {name}')


def _print_reports(results):
    for result in results:
        for report in result.reports:
            print(f'\n{report.rstrip()}')


def _print_end(results, expected, seconds):
    """Prints the closing lines, in the form of unittest's; returns the exit status."""
    ran, failed, skipped = (sum(getattr(result, name) for result in results)
                            for name in ('ran', 'failed', 'skipped'))
    print(f'\nRan {ran} tests in {seconds:.1f}s, {len(results)} of {expected} modules\n')
    passed = ran and not failed and len(results) == expected
    numbers = [f'{name}={number}' for name, number in (('failures', failed), ('skipped', skipped))
               if number]
    print(('OK' if passed else 'FAILED') + (f' ({", ".join(numbers)})' if numbers else ''))
    return 0 if passed else 1


def _guess(name):
    """The seconds of a module that never ran; those that run scripts take longest."""
    return 10 if name.startswith(('tests.experiments', 'tests.benchmarks', 'tests.test_')) else 1


def _at_least(least):
    """Type of arguments that count."""
    def parse(text):
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f'expected a number from {least} on, got {text!r}')
        return int(text)

    return parse


def _cores():
    return len(os.sched_getaffinity(0))


def _read_seconds():
    try:
        with open(SECONDS, encoding='utf-8') as file:
            return {name: float(seconds) for name, seconds in json.load(file).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write_seconds(seconds):
    try:
        os.makedirs(os.path.dirname(SECONDS), exist_ok=True)
        write_json(SECONDS, seconds)
    except OSError as error:  # No reason to keep back what failed.
        print(f'the seconds are not remembered: {error}')


if __name__ == '__main__':
    sys.exit(main())
