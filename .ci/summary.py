"""Adds up the closing lines of nose2 in the given logs and prints one line for all of them."""

import re
import sys


def count(log):
    """Returns how many tests of a log passed, failed and were skipped."""
    ran = re.findall(r'^Ran (\d+) tests? in', log, re.MULTILINE)
    closing = re.findall(r'^(?:OK|FAILED)\b.*$', log, re.MULTILINE)
    if not ran or not closing:
        return 0, 1, 0
    numbers = {name: int(number) for name, number in re.findall(r'([\w ]+)=(\d+)', closing[-1])}
    numbers = {name.strip(): number for name, number in numbers.items()}
    skipped = numbers.get('skipped', 0)
    failed = (numbers.get('failures', 0) + numbers.get('errors', 0)
              + numbers.get('unexpected successes', 0))
    return int(ran[-1]) - failed - skipped, failed, skipped


def main(paths):
    total = [0, 0, 0]
    for path in paths:
        with open(path, encoding='utf-8', errors='replace') as file:
            total = [a + b for a, b in zip(total, count(file.read()))]
    passed, failed, skipped = total
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
