"""What the tensors of a graph are computed from."""


def reaches(tensor, source, seen=None):
    """Whether a tensor is computed from the numbers of `source`, by following the inputs of ops."""
    seen = set() if seen is None else seen
    if tensor is source:
        return True
    if tensor.op in seen or tensor.op.type in ('Shape', 'Size'):
        return False
    seen.add(tensor.op)
    return any(reaches(inp, source, seen) for inp in tensor.op.inputs)


def origin(tensor):
    """Returns the tensor that `tensor` is a copy of."""
    while tensor.op.type in ('Identity', 'IdentityN'):
        tensor = tensor.op.inputs[tensor.value_index]
    return tensor


def transposed_activations(graph, inp):
    """Returns the names of the transposes of what is computed from `inp`."""
    return [op.name for op in graph.get_operations()
            if op.type in ('Transpose', 'ConjugateTranspose') and reaches(op.inputs[0], inp)]
