"""Table 3: times and memory of the layer beside the paper's."""
import os
import platform

import tensorflow.compat.v1 as tf

from experiments.common.atomic_file import write_json, write_text
from experiments.common.computation_flags import EARLIER
from experiments.common.interleaved import summary
from experiments.vgg import layer_timing, paper
from experiments.vgg.layer_timing import MEGABYTE
from experiments.vgg.peak_memory import peak_bytes

JSON, TABLE = 'vgg_table3.json', 'vgg_table3.md'

_NOTE = '''ms: median of the forward passes, quartiles in brackets. MB are 2^20 bytes: the weights
without biases; the largest tensor between input and output; the process's peak on the CPU above a
process without the layer. The plan of `tt` is {plan}. `tt_chain` is the TT-layer computed core by
core, as the paper does. The paper's {dense} MB of the dense layer are its weights; its {tt} MB of
the TT-layer are not (the cores are 0.008 MB), but the chain's largest intermediate for one
image.'''


def measure(shape, batch_sizes, repetitions, plan='auto', report=print):
    """Measures times and memory of all layers.

    Args:
        shape: a `layer_timing.Shape`.
        batch_sizes: numbers of images.
        repetitions, plan: see `layer_timing.time_layers`.
        report: called with lines of text.

    Returns:
        Dict of JSON values: `rows` and what they were measured with.
    """
    # First: one process after another, before this one holds the layers.
    peaks = {}
    for layer in layer_timing.LAYERS:
        for images in batch_sizes:
            peaks[layer, images] = peak_bytes(shape, layer, images,
                                              layer_timing.cpu_plan(shape, images, plan))
            report(f'{layer}, batch of {images}: peak of memory '
                   f'{_mb(peaks[layer, images]) or "?"} MB')
    report(f'timing {repetitions} passes of each layer')
    times = layer_timing.time_layers(shape, batch_sizes, repetitions, plan)
    return {
        'shape': dict(shape._asdict()), 'repetitions': repetitions, 'plan': plan,
        'tensorflow': tf.__version__, 'cores': os.cpu_count(), 'system': platform.platform(),
        'rows': [_row(shape, key, seconds, peaks, plan) for key, seconds in times.items()]}


def _row(shape, key, seconds, peaks, plan):
    device, layer, images = key
    papers = list(shape) == [paper.INP_MODES, paper.OUT_MODES, paper.RANK]
    paper_layer = 'dense' if layer == 'dense' else 'tt'
    return {
        'device': device, 'layer': layer, 'images': images, **summary(seconds),
        'paper_ms': paper.TABLE_3.get((device, paper_layer, images)) if papers else None,
        'weights_bytes': layer_timing.weights_bytes(shape, layer),
        'largest_intermediate_bytes': layer_timing.largest_intermediate_bytes(
            shape, layer, images, plan),
        'peak_bytes': peaks[layer, images] if device == 'CPU' else None,
        'paper_mb': paper.MEMORY_MB[paper_layer] if papers and images == 1 else None}


def table(results):
    """The results of `measure` as a Markdown table."""
    lines = ['| device | layer | images | ms | paper, ms | weights, MB | largest intermediate, MB '
             '| peak, MB | paper, MB |', '|---|---|---:|---:|---:|---:|---:|---:|---:|']
    for row in results['rows']:
        low, high = row['quartiles_ms']
        lines.append(
            f'| {row["device"]} | {row["layer"]} | {row["images"]} | {row["median_ms"]:.3g} '
            f'({low:.3g}-{high:.3g}) | {_shown(row["paper_ms"])} | {_mb(row["weights_bytes"])} | '
            f'{_mb(row["largest_intermediate_bytes"])} | {_mb(row["peak_bytes"])} | '
            f'{_shown(row["paper_mb"])} |')
    plan = results.get('plan', EARLIER['plan'])
    return '\n'.join(lines + ['', _NOTE.format(plan=plan, **paper.MEMORY_MB)]) + '\n'


def write_table(folder, results):
    """Writes `vgg_table3.md` and `vgg_table3.json`, each atomically; returns the table."""
    text = table(results)
    os.makedirs(folder, exist_ok=True)
    write_text(os.path.join(folder, TABLE), text)
    write_json(os.path.join(folder, JSON), results)
    return text


def _mb(size):
    return '' if size is None else f'{size / MEGABYTE:.3g}'


def _shown(value):
    return '' if value is None else str(value)
