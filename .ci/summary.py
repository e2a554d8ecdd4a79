"""Prints what `.ci/run` ends with: what failed, and how many tests passed in all.

Of a long output often only the last page is kept. So what failed is told there once more, each
report by its end, which has the error.
"""

import os
import re
import sys

# Characters of each failed test's report, reports of each check, names of the tests after these,
# lines of a check without tests.
REPORT, REPORTS, NAMES, LINES = 1000, 4, 20, 20
CLOSING = r'^(?:OK|FAILED)\b.*$'


def main(folder):
    """Reads the folder's logs, a file for each check, and `failed`, which names those that failed.

    Returns:
        The exit status: whether a check failed or no test passed.
    """
    logs = {name: _read(os.path.join(folder, name)) for name in sorted(os.listdir(folder))
            if os.path.isfile(os.path.join(folder, name))}
    failed = logs.pop('failed', '').split()
    for name in failed:
        print(f'\n== {name} failed:')
        print('\n\n'.join(failure_reports(logs[name])))
    counts = [count(log) for name, log in logs.items() if name.startswith('tests-')]
    passed, failures, skipped = (sum(numbers) for numbers in zip(*counts, (0, 0, 0)))
    print(f'{passed} passed, {failures} failed, {skipped} skipped')
    return 1 if failed or failures or not passed else 0


def failure_reports(log):
    """Returns the ends of the reports of the tests that failed, or of a log that has none."""
    reports = re.findall(r'^((?:ERROR|FAIL|UNEXPECTED SUCCESS): .*\n(?:(?!(?:ERROR|FAIL|'
                         r'UNEXPECTED SUCCESS): |Ran \d+ tests? in).*\n)*)',
                         _after_progress(log), re.MULTILINE)
    if not reports:
        return ['\n'.join(log.splitlines()[-LINES:])]
    shown = [_shortened(report.strip()) for report in reports[:REPORTS]]
    others = [report.partition('\n')[0] for report in reports[REPORTS:]]
    if len(others) > NAMES:
        others[NAMES:] = [f'and {len(others) - NAMES} more']
    return shown + (['\n'.join(others)] if others else [])


def count(log):
    """Returns how many tests of a log passed, failed and were skipped."""
    ran = re.findall(r'^Ran (\d+) tests? in', log, re.MULTILINE)
    closing = re.findall(CLOSING, log, re.MULTILINE)
    if not ran or not closing:
        return 0, 1, 0
    numbers = {name: int(number) for name, number in re.findall(r'([\w ]+)=(\d+)', closing[-1])}
    numbers = {name.strip(): number for name, number in numbers.items()}
    skipped = numbers.get('skipped', 0)
    failed = (numbers.get('failures', 0) + numbers.get('errors', 0)
              + numbers.get('unexpected successes', 0))
    return int(ran[-1]) - failed - skipped, failed, skipped


def _after_progress(log):
    """What follows the last module: failures are named at once, and reported after all modules."""
    end = [found.end() for found in re.finditer(r'^ *\d+ of \d+ .*\n(?:.+\n)*', log, re.MULTILINE)]
    return log[end[-1]:] if end else log


def _shortened(report):
    """The first line, which names the test, and the end."""
    first, _, rest = report.partition('\n')
    if len(rest) > REPORT:
        rest = f'...{rest[-REPORT:]}'
    return f'{first}\n{rest}'


def _read(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        return file.read()


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
