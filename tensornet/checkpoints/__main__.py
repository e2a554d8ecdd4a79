"""`python -m tensornet.checkpoints`."""
import sys

from tensornet.checkpoints.command_line import main

if __name__ == '__main__':
    sys.exit(main())
