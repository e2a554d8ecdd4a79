"""The plan of layers that are not given one."""

from __future__ import annotations

import contextlib
import contextvars
from collections import namedtuple
from typing import ContextManager, Optional

from tensornet.layers.argument_errors import shown
from tensornet.tt.arguments import check_flag, check_integer

# The plan for a graph that is to be exported.
INFERENCE = 'inference'
# The names that every layer with TT-cores knows.
PLAN_NAMES = ('auto', 'chain', 'full', 'measure', INFERENCE)


class Default(namedtuple('Default', ['plan', 'batch_size', 'constant_bytes', 'xla'])):
    """What holds in a block, see `default_plan`; None is what no block says."""

    __slots__ = ()


NOTHING_SAID = Default(plan=None, batch_size=None, constant_bytes=None, xla=False)
# A thread that another starts does not inherit it.
_default = contextvars.ContextVar('tensornet.layers.default_plan', default=NOTHING_SAID)


def default_plan(plan: Optional[str], *, batch_size: Optional[int] = None,
                 constant_bytes: Optional[int] = None, xla: bool = False) -> ContextManager[None]:
    """Sets the plan of layers whose calls name none.

    For code that builds its layers itself and has no argument for it:

        with tensornet.layers.default_plan('measure'):
            logits = network.inference(images)

    To export a graph, build it like this. Layers whose batch size is unknown are planned for one
    sample:

        with tensornet.layers.default_plan('inference', batch_size=1):
            logits = network.inference(images)

    It holds for `tt`, embeddings and all TT-convolutions that are called in the block and in
    functions that it calls, in whatever graph: also in branches, loops and functions that are
    traced there. Recurrent cells take it at each call, wherever they were made. A call that names a
    plan takes that one, even `plan='auto'`; `plan=None` names none. Of nested blocks the innermost
    applies. Other threads are not affected.

    Args:
        plan: 'auto', 'chain', 'full', 'measure' or 'inference', the names that all these layers
            know; or None: what each layer does by itself, 'auto' or, where its name ends in `_full`
            or `_direct`, 'full'. 'inference' is the fastest way without gradients whose constants
            take no more bytes in an exported file than the cores do, whatever a converter merges.
        batch_size: the size to plan for where that of a layer's input is not known and its call
            names none; None means 1 for 'inference' and 100 for the others.
        constant_bytes: for 'inference', how many bytes the constants of each layer may take in an
            exported file, its biases not counted; the cores as they are may always be used. All
            that multiplies the batch is then constant, as TensorFlow Lite wants it for int8. None
            means the bytes of the cores; cores are then merged in each run where that is faster.
        xla: whether XLA will compile the layers; those that plan by estimate then leave out
            depthwise convolutions, which it is slow at on a CPU, and looking equal ids up once.

    Returns:
        A context manager.

    Raises:
        TypeError: `plan` is no name; a plan made for one layer does not fit others.
        ValueError: it is a name that not every layer knows, or a number is not positive, or there
            are `constant_bytes` for another plan.
    """
    _check(plan)
    batch_size, constant_bytes = [
        None if value is None else check_integer('default_plan', name, value)
        for name, value in (('batch_size', batch_size), ('constant_bytes', constant_bytes))]
    xla = check_flag('default_plan', 'xla', xla)
    if constant_bytes is not None and plan != INFERENCE:
        raise ValueError("default_plan: `constant_bytes` goes with 'inference', but `plan` is "
                         f"{shown(plan)}; pass plan='inference' or leave it out")
    return _holding(Default(plan, batch_size, constant_bytes, xla))


def around():
    """Returns the `Default` of the innermost block."""
    return _default.get()


def chosen_plan(plan, own):
    """Returns the plan that a layer takes.

    Args:
        plan: the layer's argument, None where the call names none.
        own: what the layer does by itself, without a `default_plan` around.
    """
    if plan is not None:
        return plan
    default = _default.get().plan
    return own if default is None else default


@contextlib.contextmanager
def _holding(default):
    token = _default.set(default)
    try:
        yield
    finally:
        _default.reset(token)


def _check(plan):
    expected = f"{', '.join(map(repr, PLAN_NAMES))} or None"
    if plan is not None and not isinstance(plan, str):
        raise TypeError(f'default_plan: `plan` must be {expected}, but it is {shown(plan)} of type '
                        f'{type(plan).__name__}; a plan that was made for one layer goes into the '
                        'call of that layer')
    if plan is not None and plan not in PLAN_NAMES:
        raise ValueError(f'default_plan: `plan` must be {expected}, but it is {shown(plan)}; pass '
                         'other plans to the layers that know them')
