"""Setting variables to values, without adding anything to the graph."""


def assign(session, pairs):
    """Sets variables by running their initializers with other values fed to them.

    Args:
        session: of the graph of the variables.
        pairs: list of variables and arrays of their types.
    """
    while pairs:
        feeds, initializers, shared = {}, [], []
        for variable, value in pairs:
            # After tf.train.init_from_checkpoint it is a tensor, of the operation that is meant.
            initializer = getattr(variable.initializer, 'op', variable.initializer)
            initial = initializer.inputs[1].name
            # Variables that were made from one tensor need a run each.
            if initial in feeds:
                shared.append((variable, value))
            else:
                feeds[initial] = value
                initializers.append(variable.initializer)
        session.run(initializers, feeds)
        pairs = shared
