"""What was measured for a plan."""

from collections import namedtuple


class Measurement(namedtuple('Measurement', ['seconds', 'times'])):
    """Times of a measured plan and of those that it was compared with.

    Attributes:
        seconds: of the plan, in the graph that it was measured in.
        times: tuple of pairs `(name, seconds)`, the least first. Plans that seemed much slower were
            dropped after few runs, and their times are rough. One that is hardly slower than
            another may have been chosen for its estimate.
    """

    __slots__ = ()

    def __str__(self):
        lines = [f'measured: {self.seconds * 1e3:.4f} ms, chosen of {len(self.times)}']
        lines += [f'{seconds * 1e3:12.4f} ms  {name}' for name, seconds in self.times]
        return '\n'.join(lines)
