"""Each layer and cell documents all its arguments itself, in the same words as the others.

The site reads the docstrings without running the library, and so do editors: what several layers
have in common stands in each of them.
"""

import inspect
import re
import unittest

from parameterized import parameterized

from tensornet import layers, rnn

CONVOLUTIONS = ('tt_conv', 'tt_conv_full', 'tt_conv1d_full', 'tt_conv_direct')
EMBEDDINGS = ('tt_embedding', 'tt_embedding_bag')
CELLS = ('TTLSTMCell', 'TTGRUCell')
DOCUMENTED = dict(
    {name: getattr(layers, name)
     for name in ('tt', 'conv', 'linear', 'batch_normalization') + CONVOLUTIONS + EMBEDDINGS},
    **{name: getattr(rnn, name) for name in CELLS})

# The groups of layers for which an argument is another one, and has a text of its own. All others
# that have the argument have one text.
GROUPS = {
    'batch_size': [('tt_embedding',), ('tt_embedding_bag',), CELLS],
    'biases_initializer': [('TTLSTMCell',), ('TTGRUCell',)],
    'cores_initializer': [EMBEDDINGS],
    'data_format': [('batch_normalization',), ('tt_conv1d_full',)],
    'dilations': [('tt_conv1d_full',)],
    'filters_initializer': [('conv',)],
    'ids': [('tt_embedding_bag',)],
    'inp': [('tt',), ('linear',), ('batch_normalization',), ('tt_conv1d_full',)],
    'inp_modes': [CELLS],
    'inp_size': [CELLS],
    'layer_norm': [('TTGRUCell',)],
    'out_ch': [('conv', 'tt_conv_direct')],
    'out_size': [('linear',)],
    'plan': [CONVOLUTIONS, ('tt_embedding',), ('tt_embedding_bag',), CELLS],
    'ranks': [('tt_conv_direct',), EMBEDDINGS],
    'scope': [CELLS],
    'state_initializer': [('TTGRUCell',)],
    'state_plan': [('TTGRUCell',)],
    'state_ranks': [('TTGRUCell',)],
    'state_regularizer': [('TTGRUCell',)],
    'strides': [('tt_conv1d_full',)],
    'trainable': [('batch_normalization',)],
    'window': [('tt_conv1d_full',)],
}


def _section(name, title):
    """Returns the lines of a section of a docstring, without their indentation."""
    match = re.search(rf'^{title}:\n((?:    .*\n|\n(?=    ))+)',
                      inspect.getdoc(DOCUMENTED[name]) + '\n', re.MULTILINE)
    return re.sub('^    ', '', match.group(1), flags=re.MULTILINE)


def _arguments(name):
    """Returns the texts of the arguments, on one line; what differs by its nature is left out."""
    texts = {}
    for entry in re.findall(r'^\w.*\n(?: .*\n)*', _section(name, 'Args'), re.MULTILINE):
        names, text = entry.split(':', 1)
        text = ' '.join(text.split())
        # The default scope is the layer, and 'auto' or 'full' what it does by itself.
        text = re.sub(r"(unique one from) `\w+`", r'\1', text)
        text = re.sub(r"(around the call, else) '\w+'\.", r'\1.', text)
        texts.update(dict.fromkeys(names.split(', '), text))
    return texts


ARGUMENTS = {name: _arguments(name) for name in DOCUMENTED}
SHARED = sorted(argument for argument in set().union(*ARGUMENTS.values())
                if sum(argument in texts for texts in ARGUMENTS.values()) > 1)


class DocstringsTest(unittest.TestCase):

    @parameterized.expand(sorted(DOCUMENTED))
    def test_every_argument_is_documented_in_order(self, name):
        self.assertEqual(list(inspect.signature(DOCUMENTED[name]).parameters),
                         list(ARGUMENTS[name]))

    @parameterized.expand(SHARED)
    def test_the_same_argument_has_the_same_text(self, argument):
        groups = GROUPS.get(argument, [])
        having = [name for name in DOCUMENTED if argument in ARGUMENTS[name]]
        others = [name for name in having if not any(name in group for group in groups)]
        texts = [{ARGUMENTS[name][argument] for name in group}
                 for group in groups + [others] if group]
        for text in texts:
            self.assertEqual(1, len(text), text)
        # A group that has the text of another one is none.
        self.assertEqual(len(texts), len(set.union(*texts)))

    def test_groups_are_of_shared_arguments(self):
        self.assertLessEqual(set(GROUPS), set(SHARED))

    @parameterized.expand([('first_and_last_rank', 'tt', 'mat_ranks', 'tt_embedding', 'ranks')])
    def test_arguments_with_two_names(self, _, layer, argument, other, other_argument):
        self.assertEqual(ARGUMENTS[layer][argument], ARGUMENTS[other][other_argument])

    @parameterized.expand(sorted(set(DOCUMENTED) - set(CELLS)))
    def test_errors(self, name):
        self.assertEqual(_section('tt', 'Raises'), _section(name, 'Raises'))


if __name__ == '__main__':
    unittest.main()
