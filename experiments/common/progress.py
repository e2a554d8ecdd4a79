"""Progress of a run: a bar on a terminal, plain lines elsewhere."""
import os
import sys
import time

import tqdm

_SECONDS_BETWEEN_LINES = 10


class Progress:
    """Reports the steps of a run. A context manager.

    Args:
        first_step: steps already made.
        last_step: steps of the whole run.
        stream: where to report; a bar is drawn only where it is a terminal that has a width.

    Attributes:
        is_unread: whether a line was printed that nobody reads any more.
    """

    def __init__(self, first_step, last_step, stream=None):
        self.is_unread = False
        self._stream = stream or sys.stdout
        self._step = first_step
        self._last_step = last_step
        self._bar = None
        self._next_line = time.monotonic() + _SECONDS_BETWEEN_LINES
        if _has_columns(self._stream):
            self._bar = tqdm.tqdm(initial=first_step, total=last_step, unit='step',
                                  file=self._stream, dynamic_ncols=True, leave=False)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self._bar is not None:
            self._bar.close()

    def step(self, step, loss):
        """Reports that `step` steps are made, the last with this loss."""
        if self._bar is not None:
            self._bar.set_postfix_str(f'loss {loss:.4f}', refresh=False)
            self._bar.update(step - self._step)
        elif time.monotonic() >= self._next_line:
            self.line(f'step {step}/{self._last_step}  loss {loss:.4f}')
        self._step = step

    def line(self, text):
        """Prints a line that stays."""
        if self._bar is not None:
            self._bar.write(text, file=self._stream)
        else:
            try:
                print(text, file=self._stream, flush=True)
            except BrokenPipeError:
                self.is_unread = True
        self._next_line = time.monotonic() + _SECONDS_BETWEEN_LINES


def _has_columns(stream):
    """Whether a stream is a terminal on which a bar can be seen: those of some machines have none.
    """
    return stream.isatty() and os.get_terminal_size(stream.fileno()).columns > 0
