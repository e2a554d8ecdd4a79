"""The plan of layers that are not given one."""

import contextlib
import contextvars

from tensornet.layers.shown import shown

# The names that every layer with TT-cores knows.
PLAN_NAMES = ('auto', 'chain', 'full', 'measure')

# A thread or task that another starts does not inherit it.
_default = contextvars.ContextVar('tensornet.layers.default_plan', default=None)


def default_plan(plan):
    """Lets layers take a plan that their call does not name.

    For code that builds its layers itself and has no argument for it:

        with tensornet.layers.default_plan('measure'):
            logits = network.inference(images)

    It holds for `tt` and all TT-convolutions that are called in the block and in functions that it
    calls, in whatever graph: also in branches, loops and functions that are traced there. A call
    that names a plan takes that one, `plan='auto'` too; `plan=None` is as if none was named. Of
    blocks in blocks the innermost holds. Other threads are not affected.

    Args:
        plan: 'auto', 'chain', 'full' or 'measure', the names that all these layers know; or None:
            what each layer does by itself, 'auto' or, where its name ends in `_full` or `_direct`,
            'full'.

    Returns:
        A context manager.

    Raises:
        TypeError: `plan` is no name; a plan made for one layer does not fit others.
        ValueError: it is a name that not every layer knows.
    """
    _check(plan)
    return _holding(plan)


def chosen_plan(plan, own):
    """Returns the plan that a layer takes.

    Args:
        plan: the layer's argument, None where the call names none.
        own: what the layer does by itself, without a `default_plan` around.
    """
    if plan is not None:
        return plan
    around = _default.get()
    return own if around is None else around


@contextlib.contextmanager
def _holding(plan):
    token = _default.set(plan)
    try:
        yield
    finally:
        _default.reset(token)


def _check(plan):
    expected = '%s or None' % ', '.join(map(repr, PLAN_NAMES))
    if plan is not None and not isinstance(plan, str):
        raise TypeError('default_plan: `plan` must be %s, but it is %s of type %s; a plan that was '
                        'made for one layer goes into the call of that layer'
                        % (expected, shown(plan), type(plan).__name__))
    if plan is not None and plan not in PLAN_NAMES:
        raise ValueError('default_plan: `plan` must be %s, but it is %s; pass other plans to the '
                         'layers that know them' % (expected, shown(plan)))
