"""Table 3: times and memory of the layer beside the paper's."""
import itertools
import os
import platform

import tensorflow.compat.v1 as tf

from benchmarks.interleaved import summary, timings_of
from experiments.common.computation_flags import EARLIER
from experiments.vgg import layer_timing, paper, timed_layer
from experiments.vgg.peak_memory import peak_bytes
from experiments.vgg.timed_layer import CONSTANT_BYTES, MEGABYTE, frozen_bytes

STEM = 'vgg_table3'

_NOTE = '''ms: {timings}, quartiles in brackets. MB
are 2^20 bytes: the weights without biases; the largest tensor between input and output; the
process's peak on the CPU above a process without the layer. The plan of `tt` is {plan}. `tt_chain`
is the TT-layer computed core by core, as the paper does.'''
# Only beside the paper's numbers, which are of one layer.
_OF_THE_PAPER = ''' The paper's {dense} MB of the
dense layer are its weights; its {tt} MB of the TT-layer are not (the cores are 0.008 MB), but the
chain's largest intermediate for one image.'''
_NOTES = {
    'bfloat16': 'bfloat16: input, weights and output are of this type.',
    'frozen': '''frozen: float32, and the variables are constants. TensorFlow merges such cores
before the first pass, and the plan of `tt` is one for that, with merged cores of at most {bound:g}
MB. Frozen weights are the constants that the products read. All other memory is that of float32
with variables.'''}


def measure(shape, batch_sizes, repetitions, plan='auto', report=print):
    """Measures times and memory of all layers.

    Args:
        shape: a `timed_layer.Shape`.
        batch_sizes: numbers of images.
        repetitions, plan: see `layer_timing.time_layers`.
        report: called with lines of text.

    Returns:
        Dict of JSON values: `rows` and what they were measured with. A row has the times of float32
        itself, and those of each other way to run the layer, or `missing`, under the way's name.
    """
    # First: one process after another, before this one holds the layers.
    peaks = {}
    for layer in timed_layer.LAYERS:
        for images in batch_sizes:
            peaks[layer, images] = peak_bytes(shape, layer, images,
                                              timed_layer.named_plan(shape, images, plan))
            report(f'{layer}, batch of {images}: peak of memory '
                   f'{_mb(peaks[layer, images]) or "?"} MB')
    report(f'timing each layer {repetitions} times')
    times, missing = layer_timing.time_layers(shape, batch_sizes, repetitions, plan)
    entries = {key: summary(seconds) for key, seconds in times.items()}
    entries.update((key, {'missing': reason}) for key, reason in missing.items())
    keys = itertools.product(layer_timing.devices(), timed_layer.LAYERS, batch_sizes)
    return {
        'shape': dict(shape._asdict()), 'repetitions': repetitions, 'plan': plan,
        'constant_bytes': CONSTANT_BYTES,
        'tensorflow': tf.__version__, 'cores': os.cpu_count(), 'system': platform.platform(),
        'rows': [_row(shape, key, entries, peaks, plan) for key in keys]}


def _row(shape, key, entries, peaks, plan):
    device, layer, images = key
    papers = list(shape) == [paper.INP_MODES, paper.OUT_MODES, paper.RANK]
    paper_layer = 'dense' if layer == 'dense' else 'tt'
    first, *others = layer_timing.WAYS
    return {
        'device': device, 'layer': layer, 'images': images, **entries[key + (first,)],
        **{way: entries[key + (way,)] for way in others},
        'paper_ms': paper.TABLE_3.get((device, paper_layer, images)) if papers else None,
        'weights_bytes': timed_layer.weights_bytes(shape, layer),
        'frozen_weights_bytes': frozen_bytes(shape, layer, images, plan, device),
        'largest_intermediate_bytes': timed_layer.largest_intermediate_bytes(
            shape, layer, images, plan),
        'peak_bytes': peaks[layer, images] if device == 'CPU' else None,
        'paper_mb': paper.MEMORY_MB[paper_layer] if papers and images == 1 else None}


def table(results):
    """The results of `measure` as two Markdown tables, of times and of memory, with notes.

    Results of before there were other ways to run a layer than with variables of float32 have no
    columns of them.
    """
    rows = results['rows']
    others = [way for way in layer_timing.WAYS if any(way in row for row in rows)]
    note = _NOTE.format(timings=timings_of(results['repetitions'], 'forward passes'),
                        plan=results.get('plan', EARLIER['plan']))
    if any(row['paper_mb'] is not None for row in rows):
        note += _OF_THE_PAPER.format(**paper.MEMORY_MB)
    notes = [note]
    notes += [_NOTES[way].format(bound=results['constant_bytes'] / MEGABYTE) for way in others]
    notes += sorted({f'"-" for {way}: {row[way]["missing"]}.' for way in others for row in rows
                     if 'missing' in row[way]})
    return '\n\n'.join(['\n'.join(_times(rows, others)), '\n'.join(_memory(rows, others))]
                        + notes) + '\n'


def _times(rows, others):
    titles = ['device', 'layer', 'images'] + [
        f'{way}, ms' for way in layer_timing.WAYS[:1] + tuple(others)] + ['paper, ms']
    return _lines(titles, 2, [
        [row['device'], row['layer'], row['images'], _ms(row)]
        + [_ms(row[way]) for way in others] + [_shown(row['paper_ms'])] for row in rows])


def _memory(rows, others):
    frozen = ['frozen_weights_bytes'] if 'frozen' in others else []
    names = ['weights_bytes'] + frozen + ['largest_intermediate_bytes', 'peak_bytes']
    titles = ['device', 'layer', 'images'] + [
        name[:-len('_bytes')].replace('_', ' ') + ', MB' for name in names] + ['paper, MB']
    return _lines(titles, 2, [
        [row['device'], row['layer'], row['images']] + [_mb(row[name]) for name in names]
        + [_shown(row['paper_mb'])] for row in rows])


def _lines(titles, texts, rows):
    """Lines of a Markdown table; all but the first columns, the texts, are aligned right."""
    alignment = ['---'] * texts + ['---:'] * (len(titles) - texts)
    return ['| ' + ' | '.join(titles) + ' |', '|' + '|'.join(alignment) + '|'] + [
        '| ' + ' | '.join(map(str, row)) + ' |' for row in rows]


def _ms(entry):
    if 'missing' in entry:
        return '-'
    low, high = entry['quartiles_ms']
    return f'{entry["median_ms"]:.3g} ({low:.3g}-{high:.3g})'


def _mb(size):
    return '' if size is None else f'{size / MEGABYTE:.3g}'


def _shown(value):
    return '' if value is None else str(value)
