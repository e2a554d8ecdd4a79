"""Times PyTorch on one TT workload; runs in an environment of its own, called by `torch_peer`.

The first line of standard input is the workload as JSON, the first line of standard output the
versions. After that every line of input is a number of repetitions, answered by a line
`{name: [seconds, ...]}`.
"""

import json
import os
import platform
import sys
from importlib import metadata

import torch
from tltorch import FactorizedLinear

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

from benchmarks.interleaved import interleaved_times


def main():
    """Times a dense layer and a `blocktt` layer in turn, as often as asked."""
    layers = _layers(json.loads(sys.stdin.readline()))
    versions = {name: metadata.version(name) for name in ('torch', 'tensorly', 'tensorly-torch')}
    _answer(dict(versions, python=platform.python_version(), threads=torch.get_num_threads()))
    warm_up = 2
    for line in sys.stdin:
        times = interleaved_times(layers, int(line), warm_up)
        _answer({name: seconds.tolist() for name, seconds in times.items()})
        warm_up = 1


def _layers(request):
    """Returns a function without arguments for each layer, which runs it once."""
    torch.manual_seed(0)
    inp_modes, out_modes = tuple(request['inp_modes']), tuple(request['out_modes'])
    inp_size, out_size = _product(inp_modes), _product(out_modes)
    inp = torch.randn(request['batch_size'], inp_size, requires_grad=request['training'])
    out_gradient = torch.randn(request['batch_size'], out_size)
    ranks = [1] + [request['rank']] * (len(inp_modes) - 1) + [1]
    layers = {'tensorly': FactorizedLinear(
        inp_modes, out_modes, bias=False, factorization='blocktt', rank=ranks,
        implementation='factorized')}
    if request['dense']:
        layers['torch_dense'] = torch.nn.Linear(inp_size, out_size, bias=False)

    def train(layer):
        torch.autograd.grad(layer(inp), [inp] + list(layer.parameters()), out_gradient)

    def forward(layer):
        with torch.no_grad():
            layer(inp)

    run = train if request['training'] else forward
    return {name: lambda layer=layer: run(layer) for name, layer in layers.items()}


def _answer(content):
    print(json.dumps(content), flush=True)


def _product(sizes):
    product = 1
    for size in sizes:
        product *= size
    return product


if __name__ == '__main__':
    main()
