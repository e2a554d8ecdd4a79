"""Running the main function of a command as a program."""

import os
import sys

INTERRUPTED, NOBODY_READS = 130, 141  # what shells report for SIGINT and SIGPIPE


def run(main):
    """Calls `main` and ends the process with the status that it returns.

    Ctrl-C and an output that takes no more, such as `| head`, end it without a traceback.

    Args:
        main: function without arguments that handles the errors of its own work.

    Raises:
        SystemExit: always.
    """
    if sys.stdout is None:  # closed, by `>&-`
        sys.stdout = open(os.devnull, 'w')
    # A name that the terminal's encoding lacks is no reason to fail.
    sys.stdout.reconfigure(errors='backslashreplace')
    try:
        try:
            status = main()
        except SystemExit as stop:  # after `--help`, of which nothing may have been written yet
            status = stop.code
        sys.stdout.flush()
    except KeyboardInterrupt:
        print('interrupted', file=sys.stderr)
        status = INTERRUPTED
    except BrokenPipeError:
        discard_output()
        status = NOBODY_READS
    except OSError as error:
        discard_output()
        print(f'error: {error}', file=sys.stderr)
        status = 1
    sys.exit(status)


def discard_output():
    """Discards what stdout still holds, so that Python's flush at the end succeeds."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
