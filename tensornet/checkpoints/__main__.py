"""`python -m tensornet.checkpoints`."""
from tensornet.checkpoints.command_line import main
from tensornet.command import run

if __name__ == '__main__':
    run(main)
