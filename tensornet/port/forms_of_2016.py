"""Calls in the forms that the original had in 2016, written in today's."""

import ast
import re

from tensornet.port.argument_kinds import literal

# What these evaluate to does not change when they are written twice.
_REPEATABLE = (ast.Name, ast.Attribute, ast.Subscript)
# Types of NumPy that another rule writes otherwise, but only once.
_RENAMED = ('bool', 'float', 'int', 'object')
_WITHOUT_BIASES = 'biases_initializer=None'


def rewrite(ported, kinds, reference, arguments):
    """Rewrites a call, or says what to write.

    Args:
        ported: PortedScript.
        kinds: argument_kinds.Kinds.
        reference: bindings.Reference, the function.
        arguments: CallArguments with the names that they had.
    """
    layer = reference.name.rpartition('.')[2]
    rule = {'tt': _Tt, 'linear': _Linear, 'conv': _Conv,
            'batch_normalization': _BatchNormalization}[layer](ported, kinds, arguments)
    written = reference.written
    if arguments.can_be_edited() and rule.can_be_exact():
        rule.write()
        ported.changed(arguments.call, f'`{written}`: wrote the arguments of 2016 as '
                                       f'`{rule.said}`{rule.remark}')
    else:
        ported.look(arguments.call, f'`{written}`: these are the arguments of 2016; write '
                                    f'`{rule.advice}`{rule.explanation}')


def rewrite_use_biases(ported, reference, arguments):
    """Writes `biases_initializer` for a literal `use_biases`; returns whether it could be done."""
    arguments.named(None)
    if not arguments.can_be_edited() or not _use_biases(ported, arguments):
        return False
    ported.changed(arguments.call, f"`{reference.written}`: wrote `biases_initializer` "
                                   'for `use_biases`')
    return True


def _use_biases(ported, arguments):
    """Edits the argument `use_biases`; returns whether it could be done."""
    node = arguments.node('use_biases')
    if node is None:
        return True
    value = literal(node, ...)
    if value is ...:
        tf = ported.bindings.local('tensorflow')
        if tf is None:
            return False
        before, after = f'{tf}.zeros_initializer if ', ' else None'
        if isinstance(node, (ast.IfExp, ast.Lambda)):
            before, after = before + '(', ')' + after
        arguments.rename('use_biases', 'biases_initializer', before, after)
        return True
    if value:
        arguments.remove('use_biases')
    else:
        arguments.write('use_biases', _WITHOUT_BIASES)
    return True


class _Rule:
    """How the calls of one layer are rewritten."""

    remark = explanation = ''

    def __init__(self, ported, kinds, arguments):
        self.ported = ported
        self.kinds = kinds
        self.arguments = arguments

    def can_be_exact(self):
        """Whether the rewritten call does the same."""
        node = self.arguments.node('use_biases') if self._has('use_biases') else None
        return node is None or isinstance(self.kinds.of(node, 0), str) or (
            self.ported.bindings.local('tensorflow') is not None)

    def write(self):
        """Rewrites the call."""
        raise NotImplementedError

    def name(self, name):
        """Makes a keyword of a positional argument."""
        if self._has(name):
            self.arguments.rename(name, name)

    def _has(self, name):
        return self.arguments.node(name) is not None


class _Tt(_Rule):
    said = 'cores_initializer=[...]'
    remark = ': one truncated normal for each core, with the deviation that it had'
    advice = 'tt(inp, inp_modes, out_modes, mat_ranks, cores_initializer=..., scope=...)'
    explanation = ('; a number `init`, 2.0 if it was left out, was the deviation of a core times '
                   'its left rank and its input mode; a function `init` gave all cores in one '
                   'array; `biases_initializer=None` stands for `use_biases=False`')

    def can_be_exact(self):
        init = self.arguments.node('init')
        return (super().can_be_exact() and not self._has('init_params')
                and (init is None or self.kinds.of(init) == 'number')
                and self.ported.bindings.local('tensorflow') is not None
                and all(self._can_be_repeated(name) for name in ('mat_ranks', 'inp_modes')))

    def _can_be_repeated(self, name):
        node = self.arguments.node(name)
        if self.kinds.of(node) == 'number' or any(
                isinstance(inner, ast.Attribute) and inner.attr in _RENAMED
                for inner in ast.walk(node)):
            return False
        return isinstance(node, _REPEATABLE) or self.kinds.of(node) == 'list'

    def write(self):
        init = self.arguments.text('init') if self._has('init') else '2.0'
        rank, mode = self._free('rank', init), self._free('mode', init)
        tf = self.ported.bindings.local('tensorflow')
        before = f'[{tf}.truncated_normal_initializer(stddev='
        after = (f" / ({rank} * {mode})) for {rank}, {mode} in zip("
                 f"{self.arguments.text('mat_ranks')}, {self.arguments.text('inp_modes')})]")
        if isinstance(self.arguments.node('init'), (ast.BinOp, ast.IfExp)):
            before, after = before + '(', ')' + after
        # Before what is added, which may come behind it.
        _use_biases(self.ported, self.arguments)
        if self._has('init'):
            self.arguments.rename('init', 'cores_initializer', before, after)
        else:
            self.arguments.add(f'cores_initializer={before}{init}{after}')
        self.name('scope')

    @staticmethod
    def _free(name, text):
        while re.search(rf'\b{name}\b', text):
            name += '_'
        return name


class _Linear(_Rule):
    said = 'linear(inp, out_size, ...)'
    advice = 'linear(inp, out_size, weights_initializer=..., scope=...)'
    explanation = '; `biases_initializer=None` stands for `use_biases=False`'

    def can_be_exact(self):
        node = self.arguments.node('init')
        return super().can_be_exact() and (node is None or self.kinds.of(node) != 'number')

    def write(self):
        self.arguments.remove('inp_size')
        if self._has('init'):
            node = self.arguments.node('init')
            if self.kinds.of(node) != 'function' or isinstance(node, ast.Lambda):
                # It had the shape as its only argument.
                self.arguments.rename('init', 'weights_initializer', 'lambda shape, **_: (',
                                      ')(shape)')
            else:
                self.arguments.rename('init', 'weights_initializer')
            self.name('scope')
        _use_biases(self.ported, self.arguments)


class _Conv(_Rule):
    said = 'conv(inp, out_ch, window_size, ...)'
    advice = said

    def write(self):
        self.arguments.remove('in_ch')


class _BatchNormalization(_Rule):
    said = 'batch_normalization(inp, train_phase, ...)'
    advice = 'batch_normalization(inp, train_phase, ema_decay=0.9, scope=...)'
    remark = ('; the statistics are those of all axes but the last, and their averages begin '
              'without a bias')
    explanation = remark

    def can_be_exact(self):
        shape = self.arguments.node('shape')
        return isinstance(shape, (ast.List, ast.Tuple)) and len(shape.elts) == 1

    def write(self):
        self.arguments.remove('shape')
        for name in ('scope', 'ema_decay', 'eps'):
            self.name(name)
        if not self._has('ema_decay'):
            self.arguments.add('ema_decay=0.9')
