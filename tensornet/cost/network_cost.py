"""What the layers of a network cost, as a table and as data."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, List

from tensornet.cost.table import joined, markdown_table, text_table, with_content
from tensornet.tt.arguments import product

if TYPE_CHECKING:
    from tensornet.cost.layer_cost import LayerCost

# Title of a column, and whether it holds numbers.
_COLUMNS = [('layer', False), ('kind', False), ('modes', False), ('TT-ranks', False),
            ('parameters', True), ('dense', True), ('compression', True), ('bytes', True),
            ('FLOP/sample', True), ('FLOP/run', True), ('plan', False), ('batch', True),
            ('est. ms', True)]


@dataclasses.dataclass(frozen=True)
class NetworkCost:
    """What the layers of a network cost. Printing it shows a table.

    Attributes:
        layers: list of `LayerCost`.
    """

    layers: List[LayerCost]

    @property
    def parameters(self):
        """How many parameters the network has."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def dense_parameters(self):
        """How many parameters the same network of dense layers has.

        Layers for which that is not known count with their own parameters.
        """
        return sum(layer.parameters if layer.dense_parameters is None else layer.dense_parameters
                   for layer in self.layers)

    @property
    def compression(self):
        """Parameters of the dense network divided by those of this one; None without parameters."""
        return self.dense_parameters / self.parameters if self.parameters else None

    @property
    def weight_bytes(self):
        """Bytes of all weights as they are stored."""
        return sum(layer.weight_bytes for layer in self.layers)

    @property
    def flops_per_sample(self):
        """Operations of the forward pass for one row, image or id of each layer, or None.

        They are summed over the layers for which they are known; None where there are none. That is
        the number for a sample if it is one row of each layer, which a sequence is not.
        """
        return self._sum('flops_per_sample')

    @property
    def flops_per_run(self):
        """Further operations of each run, summed likewise; None where none are known."""
        return self._sum('flops_per_run')

    @property
    def seconds(self):
        """Estimated time of one run, summed over the layers for which it is known, or None."""
        return self._sum('seconds')

    def as_dict(self):
        """Returns layers and totals as a dict of JSON values."""
        totals = ('parameters', 'dense_parameters', 'compression', 'weight_bytes',
                  'flops_per_sample', 'flops_per_run', 'seconds')
        return {'layers': [layer.as_dict() for layer in self.layers],
                'total': {name: getattr(self, name) for name in totals}}

    def as_markdown(self):
        """Returns the table as Markdown."""
        lines = markdown_table(*with_content(_COLUMNS, self._rows()))
        return '\n'.join(lines + [''] + self._remarks())

    def as_text(self, columns=(), cells=None):
        """Returns the table as text; columns without any content are left out.

        Args:
            columns: list of pairs, the titles of further columns, and whether they hold numbers.
            cells: list of their contents for each layer, lists of strings.
        """
        rows = self._rows()
        if columns:
            rows = [row + more for row, more in zip(rows, cells + [[''] * len(columns)])]
        lines = text_table(*with_content(_COLUMNS + list(columns), rows))
        return '\n'.join(lines + self._remarks())

    def __str__(self):
        return self.as_text()

    def _rows(self):
        rows = [_row(layer) for layer in self.layers]
        return rows + [['total', '', '', '', _whole(self.parameters),
                        _whole(self.dense_parameters), _factor(self.compression),
                        _whole(self.weight_bytes), _whole(self.flops_per_sample),
                        _whole(self.flops_per_run), '', '', _milliseconds(self.seconds)]]

    def _sum(self, attribute):
        """Adds up an attribute of the layers; None where it is known of none."""
        known = [getattr(layer, attribute) for layer in self.layers]
        known = [value for value in known if value is not None]
        return sum(known) if known else None

    def _remarks(self):
        """Lines on what the table leaves open."""
        lines = []
        for words, attribute in (('dense parameters', 'dense_parameters'),
                                 ('FLOPs', 'flops_per_sample'), ('time', 'seconds')):
            unknown = [layer for layer in self.layers if getattr(layer, attribute) is None
                       and layer.kind not in ('batch_normalization', 'other')]
            if unknown:
                scopes = ', '.join(layer.scope or '(no scope)' for layer in unknown)
                verb = 'is' if words == 'time' else 'are'
                lines.append(f'The {words} of {scopes} {verb} not known.')
        again = [layer for layer in self.layers if layer.calls > 1]
        if again:
            scopes = ', '.join(f'{layer.scope} ({layer.calls} times)' for layer in again)
            lines.append('Built more than once with the same variables, and counted once: '
                         f'{scopes}.')
        if any(layer.seconds is not None for layer in self.layers):
            lines.append('Times are estimates for the batch, with the gradients for layers that '
                         'are trained.')
        return lines


def _row(layer):
    return [layer.scope or '(no scope)', layer.kind, _modes(layer),
            '' if layer.ranks is None else ','.join(map(str, layer.ranks)),
            _whole(layer.parameters), _whole(layer.dense_parameters), _factor(layer.compression),
            _whole(layer.weight_bytes), _whole(layer.flops_per_sample),
            _whole(layer.flops_per_run), layer.plan or '', _whole(layer.batch_size),
            _milliseconds(layer.seconds)]


def _modes(layer):
    """Window and modes of a layer, with the size in brackets that padded modes are cut to."""
    if layer.inp_modes is None:
        return ''
    window = '' if layer.window is None else joined(layer.window) + ', '
    inputs = _side(layer.inp_modes, layer.inp_size)
    return f'{window}{inputs} -> {_side(layer.out_modes, layer.out_size)}'


def _side(modes, size):
    return joined(modes) + ('' if size in (None, product(modes)) else f' ({size})')


def _whole(number):
    return '' if number is None else f'{number:,}'


def _factor(factor):
    return '' if factor is None else f'{factor:.4g}x'


def _milliseconds(seconds):
    return '' if seconds is None else f'{seconds * 1e3:.4f}'
