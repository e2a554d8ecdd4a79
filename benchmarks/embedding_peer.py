"""Times the FactorizedEmbedding of tensorly-torch; called by `embedding.py`, whose request is JSON
in the only argument. Prints a list of seconds as JSON.
"""

import json
import os
import sys

import torch
from tltorch import FactorizedEmbedding

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

from benchmarks.interleaved import interleaved_times


def main():
    """Times lookups of new ids, or steps of SGD with momentum."""
    request = json.loads(sys.argv[1])
    torch.manual_seed(0)
    voc_modes, emb_modes = tuple(request['voc_modes']), tuple(request['emb_modes'])
    size = 1
    for mode in emb_modes:
        size *= mode
    layer = FactorizedEmbedding(
        request['rows'], size, auto_tensorize=False, tensorized_num_embeddings=voc_modes,
        tensorized_embedding_dim=emb_modes, factorization='blocktt', rank=request['rank'])
    out_gradient = torch.randn(request['count'], size)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9)

    def forward():
        with torch.no_grad():
            layer(torch.randint(0, request['rows'], [request['count']]))

    def train():
        optimizer.zero_grad()
        layer(torch.randint(0, request['rows'], [request['count']])).backward(out_gradient)
        optimizer.step()

    run = forward if request['phase'] == 'forward' else train
    seconds = interleaved_times({'tensorly': run}, request['repetitions'])['tensorly']
    print(json.dumps(seconds.tolist()))


if __name__ == '__main__':
    main()
