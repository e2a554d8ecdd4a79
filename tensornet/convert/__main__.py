"""`python -m tensornet.convert`."""
import sys

from tensornet.convert.command_line import main

if __name__ == '__main__':
    sys.exit(main())
