"""The command `python -m tensornet.port`."""

import argparse
import sys

from tensornet.command import run
from tensornet.port import files, project, report

NOTHING_TO_DO, NEEDS_A_LOOK, REFUSED = 0, 1, 2


def main(arguments=None):
    """Ports what the command line names, prints the report and returns the exit status."""
    parser = argparse.ArgumentParser(
        prog='python -m tensornet.port',
        description='Makes TensorFlow 1 scripts that use TensorNet run on the TensorFlow that is '
                    'installed. The input is read, never executed and never written.',
        epilog='Exit status: 0 all done, 1 something needs a look, 2 the arguments are wrong, or a '
               'file could not be read or written (the files before it are complete).')
    parser.add_argument('input', metavar='SCRIPT_OR_FOLDER',
                        help='what to port: a script, or a folder with all that is in it')
    parser.add_argument('--out', metavar='DIR', help='folder for the ported files')
    parser.add_argument('--check', action='store_true', help='report only, write nothing')
    options = parser.parse_args(arguments)
    if not options.out and not options.check:
        parser.error('name the folder for the ported files with --out, or report only: --check')
    try:
        pairs = project.port(files.find(options.input, options.out))
        found = [file for file, _ in pairs]
        results = [result for _, result in pairs]
        if not options.check:
            files.write(found, [result.content for result in results], options.out)
    except (files.FilesError, OSError) as error:
        print(f'error: {error}', file=sys.stderr)
        return REFUSED
    print(report.text(found, results, options.check))
    return NEEDS_A_LOOK if any(result.looks for result in results) else NOTHING_TO_DO


if __name__ == '__main__':
    run(main)
