"""The command line of the experiments: flags, `--help`, errors and exit status."""
import sys

from absl import flags

from experiments.common.expected_error import ExpectedError
from experiments.common.interrupts import RunInterruptedError

FLAGS = flags.FLAGS

USAGE_ERROR = 2
FAILURE = 1


def parse(argv, description, groups):
    """Parses the flags; prints the help on `--help`.

    Args:
        argv: the command line, program name first.
        description: what the script does, printed by `--help`.
        groups: the script's flags for `--help`, pairs of a title and a list of flag names.

    Raises:
        SystemExit: status 0 after the help, 2 after an error in the flags, which names the flag.
    """
    if {'--help', '-h', '-help'} & set(argv[1:]):
        print(_help(argv[0], description, groups))
        sys.exit(0)
    try:
        rest = FLAGS(argv)[1:]
    except flags.Error as error:
        _fail(error, USAGE_ERROR)
    if rest:
        _fail(f'unexpected argument {rest[0]!r}; flags start with --, see --help', USAGE_ERROR)


def say(line):
    """Prints a line at once, also where the output is a file or a pipe."""
    print(line, flush=True)


def run(main):
    """Runs `main()`, a function without arguments, and exits with its status.

    Raises:
        SystemExit: 130 after Ctrl-C, 1 after an `ExpectedError` or a flag that fits neither the
            data nor the machine.
    """
    try:
        main()
    except RunInterruptedError as interrupted:
        say(interrupted)
        sys.exit(interrupted.status)
    except KeyboardInterrupt:
        say('interrupted')
        sys.exit(130)
    except (ExpectedError, flags.IllegalFlagValueError) as error:
        _fail(error, FAILURE)


def _fail(error, status):
    print(f'error: {error}', file=sys.stderr, flush=True)
    sys.exit(status)


def _help(program, description, groups):
    lines = [f'usage: python {program} [flags]', '', description.strip()]
    for title, names in groups:
        lines += ['', f'{title}:']
        for name in names:
            flag = FLAGS[name]
            default = f' (default: {flag.default_as_str.strip(chr(39))})' if flag.default else ''
            lines.append(f'  --{name}: {flag.help}{default}')
    return '\n'.join(lines)
