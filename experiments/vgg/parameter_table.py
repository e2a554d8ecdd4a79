"""The parameters and compression factors of table 2, counted in built graphs.

All of the paper's digits come out. It cuts the compression of the layers to an integer (the row
TT4 TT4 FC is 37732.8) and rounds that of the networks to one decimal. The layers' column counts
weights only, the networks' also biases.
"""
import collections
import re

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.graphs import count_parameters, new_graph
from experiments.vgg import network, paper
from experiments.vgg.fully_connected import LowRank, tt_of_rank

STEM = 'vgg_table2'

Row = collections.namedtuple('Row', [
    'name', 'weights', 'dense_weights', 'parameters', 'layer_compression', 'compression'])
Row.__doc__ = """A row of table 2.

Attributes:
    name: the formats of fc6, fc7 and fc8, such as 'TT4 FC FC'.
    weights: dict from the names of the compressed layers to their numbers of weights.
    dense_weights: the same for dense layers.
    parameters: dict from the names of the networks to their numbers of parameters.
    layer_compression: dense weights of the compressed layers over their weights.
    compression: dict from the names of the networks to the dense one's parameters over theirs.
"""


def rows(names=tuple(paper.TABLE_2)):
    """Builds both networks for each row and counts.

    Args:
        names: names of rows: for each of fc6, fc7 and fc8 one of `FC`, `TT<rank>`, `MR<rank>`.

    Returns:
        List of `Row`.

    Raises:
        ValueError: a name is none of these.
    """
    dense = {name: _counts(architecture, {}) for name, architecture in network.NETWORKS.items()}
    return [_row(name, dense) for name in names]


def _row(name, dense):
    formats = formats_of(name)
    counts = {key: _counts(architecture, formats)
              for key, architecture in network.NETWORKS.items()}
    weights = {layer: counts['vgg16'][layer] for layer in formats}
    dense_weights = {layer: dense['vgg16'][layer] for layer in formats}
    factor = sum(dense_weights.values()) / sum(weights.values()) if formats else 1.0
    return Row(name, weights, dense_weights,
               {key: count['all'] for key, count in counts.items()}, factor,
               {key: dense[key]['all'] / count['all'] for key, count in counts.items()})


def formats_of(name):
    """The formats that the name of a row means, as `network.inference` takes them.

    Raises:
        ValueError: the name is not one of a row.
    """
    if not re.match(r'((FC|(TT|MR)[1-9]\d*)( (?!$)|$)){3}$', name):
        raise ValueError(f'formats_of: the row must name a format for each of fc6, fc7 and fc8, '
                         f'but it is {name!r}; write FC, TT<rank> or MR<rank>, as in "TT4 FC FC"')
    sizes = network.layer_sizes(network.VGG16)
    formats = collections.OrderedDict()
    for layer, word in zip(network.FULLY_CONNECTED, name.split()):
        if word.startswith('TT'):
            formats[layer] = tt_of_rank(*sizes[layer], rank=int(word[2:]))
        elif word.startswith('MR'):
            formats[layer] = LowRank(int(word[2:]))
    return formats


def _counts(architecture, formats):
    """Numbers of weights of the fully-connected layers, and of all parameters as 'all'."""
    with new_graph():
        network.inference(network.images_placeholder(architecture), architecture, formats)
        counts = {layer: _weights_below(f'{network.SCOPE}/{layer}/')
                  for layer in network.FULLY_CONNECTED}
        return dict(counts, all=count_parameters())


def _weights_below(scope):
    return sum(int(np.prod(variable.shape.as_list())) for variable in tf.trainable_variables(scope)
               if not variable.op.name.endswith('/biases'))


def table(computed):
    """A list of `Row` as a Markdown table, the paper's numbers in brackets."""
    lines = ['| fc6 fc7 fc8 | weights of the layers | compression of the layers | VGG-16 | '
             'VGG-19 | VGG-16 parameters | VGG-19 parameters |',
             '|---|---:|---:|---:|---:|---:|---:|']
    for row in computed:
        cells = printed(row)
        paper_cells = paper.TABLE_2.get(row.name, ('',) * len(cells))
        shown = [f'{cell} ({paper_cell})' if paper_cell else cell
                 for cell, paper_cell in zip(cells, paper_cells)]
        lines.append(f'| {row.name} | {" | ".join(shown)} | {row.parameters["vgg16"]} | '
                     f'{row.parameters["vgg19"]} |')
    lines += ['', 'In brackets: the paper. Weights of the layers are without biases, parameters '
              'of the networks with them.']
    return '\n'.join(lines) + '\n'


def printed(row):
    """The cells of a `Row` with the paper's digits: the four of a row of `paper.TABLE_2`."""
    return (' + '.join(map(str, row.weights.values())), str(int(row.layer_compression)),
            _one_decimal(row.compression['vgg16']), _one_decimal(row.compression['vgg19']))


def _one_decimal(factor):
    return f'{round(factor, 1):g}'


def as_json(computed):
    """A list of `Row` and the paper's cells as JSON values."""
    return {'rows': [dict(row._asdict(), paper=paper.TABLE_2.get(row.name)) for row in computed]}
