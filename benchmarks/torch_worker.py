"""Times PyTorch on one TT workload; runs in an environment of its own, called by `run.py`.

Reads the workload as JSON from standard input and writes `{name: [seconds, ...]}` to standard
output.
"""

import json
import sys
import time

import torch
from tltorch import FactorizedLinear


def main():
    """Times a dense layer and a `blocktt` layer in turn."""
    request = json.load(sys.stdin)
    torch.manual_seed(0)
    inp_modes, out_modes = tuple(request['inp_modes']), tuple(request['out_modes'])
    inp_size, out_size = _product(inp_modes), _product(out_modes)
    inp = torch.randn(request['batch_size'], inp_size, requires_grad=request['training'])
    ranks = [1] + [request['rank']] * (len(inp_modes) - 1) + [1]
    layers = {'tensorly': FactorizedLinear(
        inp_modes, out_modes, bias=False, factorization='blocktt', rank=ranks,
        implementation='factorized')}
    if inp_size * out_size <= 2**27:
        layers['torch_dense'] = torch.nn.Linear(inp_size, out_size, bias=False)
    out_gradient = torch.randn(request['batch_size'], out_size)
    times = {name: [] for name in layers}
    for repetition in range(2 + request['repetitions']):
        for name, layer in layers.items():
            start = time.perf_counter()
            if request['training']:
                torch.autograd.grad(layer(inp), [inp] + list(layer.parameters()), out_gradient)
            else:
                with torch.no_grad():
                    layer(inp)
            if repetition >= 2:
                times[name].append(time.perf_counter() - start)
    json.dump(times, sys.stdout)


def _product(sizes):
    product = 1
    for size in sizes:
        product *= size
    return product


if __name__ == '__main__':
    main()
