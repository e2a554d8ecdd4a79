"""`python -m tensornet.convert`."""
from tensornet.command import run
from tensornet.convert.command_line import main

if __name__ == '__main__':
    run(main)
