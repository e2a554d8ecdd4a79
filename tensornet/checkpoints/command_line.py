"""The command `python -m tensornet.checkpoints`."""
import argparse
import sys

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.rewriting import new_names, rewrite
from tensornet.cost.checkpoint_cost import of_checkpoint
from tensornet.wording import reworded

# The words of the command for the arguments of `rewrite`.
_OPTIONS = {'source': 'OLD', 'output': '--out'}
_DESCRIPTION = """\
Gives the variables of a checkpoint of the original TensorNet the names of this library.

OLD is never modified. The moving statistics of batch normalization get new names; optimizer
slots, the global step and averaged weights keep theirs, and are copied bit by bit."""

_EXAMPLES = """\
examples:
  python -m tensornet.checkpoints logs/old --list
  python -m tensornet.checkpoints logs/old --inspect
  python -m tensornet.checkpoints logs/old/model.ckpt-60 --out logs/new/model.ckpt-60
"""


def main(argv=None):
    """Runs the command.

    Args:
        argv: its arguments without the program's name; None takes those of the process.

    Returns:
        The exit status: 0, or 1 after an error that is printed.

    Raises:
        SystemExit: status 2 after wrong options, which are printed, 0 after `--help`.
    """
    parser = argparse.ArgumentParser(
        prog='python -m tensornet.checkpoints', description=_DESCRIPTION, epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument('old', metavar='OLD',
                        help='prefix of a checkpoint, or the folder of its latest one')
    parser.add_argument('--out', metavar='NEW', help='prefix of the checkpoint to write; nothing '
                        'may be there')
    parser.add_argument('--list', action='store_true',
                        help='print what becomes of each variable; without --out write nothing')
    parser.add_argument('--inspect', action='store_true',
                        help='only print what the layers of OLD cost')
    options = parser.parse_args(argv)
    if options.inspect and (options.list or options.out is not None):
        parser.error('--inspect writes nothing and lists no names; leave --out and --list out')
    if options.out is None and not options.list and not options.inspect:
        parser.error('the output is missing; pass --out NEW, or --list, or --inspect')
    try:
        if options.inspect:
            print(of_checkpoint(options.old))
            return 0
        names = (new_names(Checkpoint(options.old)) if options.out is None
                 else rewrite(options.old, options.out))
    except CheckpointError as error:
        print(f'error: {reworded(str(error), _OPTIONS)}', file=sys.stderr)
        return 1
    print(names if options.list else names.summary)
    for remark in names.remarks:
        print(remark)
    if options.out is not None:
        print(f'written: {options.out}')
    return 0
