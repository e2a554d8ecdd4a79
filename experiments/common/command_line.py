"""The command line of the experiments: flags, `--help`, errors and exit status."""
import contextlib
import errno
import math
import os
import re
import sys

from absl import flags

from experiments.common.errors import ExpectedError
from experiments.common.interrupts import RunInterruptedError
from tensornet import command

FLAGS = flags.FLAGS

USAGE_ERROR = 2
FAILURE = 1

# How TensorFlow ends the message of a write that meets one of these. It has no class of errors for
# them alone: that of a file which may not become larger is the one for the end of a data set.
_OF_A_FILE = tuple(f'; {os.strerror(number)}' for number in (errno.EFBIG, errno.EIO, errno.ESTALE))

# What absl says of a flag that has no default and must be given.
_NOT_GIVEN = re.compile(r'flag --(\w+)=None: Flag --\1 must have a value other than None\.')


def parse(argv, description, groups):
    """Parses the flags; prints the help on `--help`.

    Args:
        argv: the command line, program name first.
        description: what the script does, printed by `--help`; None where Python was told to drop
            docstrings, by -OO.
        groups: the script's flags for `--help`, pairs of a title and a list of flag names.

    Raises:
        SystemExit: status 0 after the help, 2 after an error in the flags, which names the flag.
    """
    _open_missing_streams()
    for argument in argv[1:]:
        _check_utf_8(argument)
    if {'--help', '-h', '-help'} & set(argv[1:]):
        run(lambda: say(_help(argv[0], description, groups)))
        sys.exit(0)
    try:
        rest = FLAGS(argv)[1:]
    except flags.Error as error:
        # Each flag that is wrong has a line of its own there.
        _fail('; '.join(_NOT_GIVEN.sub(r'--\1 is needed, see --help', line)
                        for line in str(error).splitlines()), USAGE_ERROR)
    if rest:
        _fail(f'unexpected argument {rest[0]!r}; flags start with --, see --help', USAGE_ERROR)
    for _, names in groups:
        for name in names:
            _check_number(FLAGS[name])


def fail_usage(message):
    """Says what is wrong with the command line and exits."""
    _fail(message, USAGE_ERROR)


def say(line):
    """Prints a line at once, also where the output is a file or a pipe."""
    # Line and end in one write, so that no line of another thread comes between.
    print(f'{line}\n', end='', flush=True)


def warn(line):
    """Prints to stderr what a user should know though the script goes on."""
    print(f'warning: {line}', file=sys.stderr, flush=True)


def run(main):
    """Runs `main()`, a function without arguments, and exits with its status.

    Raises:
        SystemExit: 130 after Ctrl-C; 141 where nobody reads the output any more; 1 after an
            `ExpectedError`, a flag that does not fit the data or the machine, a full disk or a
            folder that cannot be written to.
    """
    command.run(lambda: _status(main))


def _status(main):
    try:
        main()
    except RunInterruptedError as interrupted:
        _say_at_the_end(interrupted)
        return interrupted.status
    except KeyboardInterrupt:
        _say_at_the_end('interrupted')
        return command.INTERRUPTED
    except (ExpectedError, flags.IllegalFlagValueError) as error:
        _fail(error, FAILURE)
    except _errors_of_tensorflow() as error:
        # TensorFlow puts the operation and where it was made around the message.
        line = error.message.split('\n\t [[')[0].splitlines()[-1]
        if not _is_of_the_machine(error, line):
            raise
        _fail(line, FAILURE)


def _open_missing_streams():
    """Discards the output of a process that was started without stdout or stderr.

    Otherwise the next files that are opened would get the numbers of these streams, and
    TensorFlow's messages would go into them.
    """
    while True:
        null = os.open(os.devnull, os.O_RDWR)
        if null > 2:
            os.close(null)
            break
    sys.stdout = sys.stdout or open(1, 'w', encoding='utf-8', closefd=False)
    sys.stderr = sys.stderr or open(2, 'w', encoding='utf-8', closefd=False)


def _check_utf_8(argument):
    try:
        argument.encode('utf-8')
    except UnicodeEncodeError:
        remedy = 'choose another name'
        with contextlib.suppress(UnicodeError):
            argument = os.fsencode(argument).decode('utf-8')
            remedy = 'set the environment variable PYTHONUTF8=1, with which Python reads it as that'
        _fail(f'argument {argument!a} is not UTF-8, which TensorFlow takes all names for; {remedy}',
              USAGE_ERROR)


def _check_number(flag):
    """Refuses NaN, which no bound of a flag keeps out: it is neither below nor above it."""
    if isinstance(flag.value, float) and math.isnan(flag.value):
        _fail(f'flag --{flag.name}=nan: expected a number', USAGE_ERROR)


def _say_at_the_end(line):
    """Prints a line, to stderr where nobody reads stdout: Ctrl-C also ends what it is piped to."""
    try:
        say(line)
    except BrokenPipeError:
        command.discard_output()
        with contextlib.suppress(BrokenPipeError):
            print(line, file=sys.stderr, flush=True)


def _errors_of_tensorflow():
    """Returns the class of TensorFlow's errors in a tuple, which is empty before it is loaded."""
    return (sys.modules['tensorflow'].errors.OpError,) if 'tensorflow' in sys.modules else ()


def _is_of_the_machine(error, line):
    """Whether the machine is to blame for an error of TensorFlow with this line of a message."""
    errors = sys.modules['tensorflow'].errors
    return (isinstance(error, (errors.ResourceExhaustedError, errors.PermissionDeniedError))
            or line.endswith(_OF_A_FILE))


def _fail(error, status):
    print(f'error: {error}', file=sys.stderr, flush=True)
    sys.exit(status)


def _help(program, description, groups):
    lines = [f'usage: python {program} [flags]']
    lines += ['', description.strip()] if description else []
    for title, names in groups:
        lines += ['', f'{title}:']
        for name in names:
            flag = FLAGS[name]
            # That a boolean flag is off by default goes without saying; a number may be 0.
            is_shown = flag.default or isinstance(flag.default, (int, float)) and not flag.boolean
            default = f' (default: {flag.default_as_str.strip(chr(39))})' if is_shown else ''
            lines.append(f'  --{name}: {flag.help}{default}')
    return '\n'.join(lines)
