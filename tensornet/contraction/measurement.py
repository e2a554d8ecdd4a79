"""What was measured of a plan. Nothing here knows of TensorFlow."""

from __future__ import annotations

from typing import NamedTuple, Tuple


class Measurement(NamedTuple):
    """Times of a measured plan and of those that it was compared with.

    Attributes:
        seconds: of the plan, in the graph that it was measured in.
        times: tuple of pairs `(name, seconds)`, the least first. Plans that seemed much slower were
            dropped after few runs, and their times are rough. One that is hardly slower than
            another may have been chosen for its estimate.
    """

    seconds: float
    times: Tuple[Tuple[str, float], ...]

    def __str__(self):
        lines = [f'measured: {self.seconds * 1e3:.4f} ms, chosen of {len(self.times)}']
        lines += [f'{seconds * 1e3:12.4f} ms  {name}' for name, seconds in self.times]
        return '\n'.join(lines)
