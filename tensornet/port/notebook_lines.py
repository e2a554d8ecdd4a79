"""Lines that an exported notebook has for IPython."""

import ast


def port(ported):
    """Names the calls of `get_ipython`, which only a notebook has.

    Args:
        ported: PortedScript.
    """
    for node in ported.module.nodes:
        if isinstance(node, ast.Name) and node.id == 'get_ipython' and not (
                ported.bindings.is_bound('get_ipython')):
            ported.look(node, '`get_ipython` is there only in a notebook: leave the line out')
