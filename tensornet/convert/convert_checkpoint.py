"""A checkpoint with dense layers into one with TT layers."""
import collections
import contextlib
import functools
import os
import warnings

import numpy as np

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError, cannot_write
from tensornet.checkpoints.checkpoint_writer import make_folder, write_checkpoint
from tensornet.checkpoints.files import followed
from tensornet.checkpoints.output_path import check_output
from tensornet.convert.checkpoint_layers import dense_weights
from tensornet.convert.dense_weights import real_array
from tensornet.convert.found_modes import find_modes
from tensornet.convert.report import ConvertedLayer, Report
from tensornet.convert.report_path import check_report
from tensornet.convert.slots import owner_of
from tensornet.convert.stored_weights import convert_and_store
from tensornet.convert.tt_conv_direct_format import tt_conv_direct_from_dense
from tensornet.convert.tt_conv_format import tt_conv_from_dense
from tensornet.convert.tt_format import tt_from_dense
from tensornet.tt.useful_ranks import warn
from tensornet.whole_file import whole_file

FORMATS = ('tt', 'tt_conv', 'tt_conv_direct')
_KEPT_TYPES = ('float16', 'bfloat16', 'float32', 'float64')


class Request(collections.namedtuple('Request', [
        'layer', 'format', 'inp_modes', 'out_modes', 'cores', 'pad', 'target'])):
    """One layer to convert.

    Attributes:
        layer: scope of a `linear` or `conv` layer, or the name of dense weights.
        format: one of `FORMATS`; None is 'tt' for a matrix and 'tt_conv' for a kernel.
        inp_modes, out_modes: lists of modes; None has them found, see `find_modes`.
        cores: number of cores to find modes for, or None.
        pad: whether given modes may multiply to more than the sizes of the layer.
        target: dict with one or more of `ranks`, `eps`, `max_rank`, `compression`; see
            `tt_from_dense`.
    """
    __slots__ = ()


Request.__new__.__defaults__ = (None, None, None, None, False, None)

Changes = collections.namedtuple('Changes', ['values', 'replaced', 'renamed'])
Changes.__doc__ = """What differs from the source: new values by name, names of the variables that
they replace, and new names of copied variables by their old names."""


def convert_checkpoint(source, output, requests, force=False, dry_run=False, report_path=None):
    """Turns layers of a checkpoint into TT layers and copies everything else.

    Cores have the type of the weights; those of integers and of floats of 8 bits are float32. The
    errors of the report are those of the cores as they are stored.

    Slots of the converted weights, such as an optimizer's moments, do not fit the cores and are
    left out. Biases stay as they are; a layer of more modes than sizes is built with the sizes
    among its `arguments`.

    Args:
        source: the checkpoint to read, see `Checkpoint`; it is never modified.
        output: prefix of the checkpoint to write; None only with `dry_run`.
        requests: list of `Request`.
        force: whether `output` and the report may be replaced if they exist; never files that are
            no checkpoint or no report.
        dry_run: whether to write nothing.
        report_path: file to write the report to as JSON, or None.

    Returns:
        `Report`.

    Raises:
        CheckpointError: a checkpoint or a layer is not as expected, or a path is not one to write
            to; nothing has been written.
        ValueError, TypeError: modes or target do not fit a layer; likewise.
    """
    checkpoint = Checkpoint(source)
    if not dry_run:
        output = followed(os.fspath(output))
        check_output(output, checkpoint.prefix, force,
                     remedy='pass another one, or --force to replace it')
        if report_path is not None:
            report_path = os.fspath(report_path)
            check_report(report_path, output, checkpoint.prefix, force)
    found = [dense_weights(checkpoint.shapes, request.layer) for request in requests]
    repeated = [name for name, times in collections.Counter(
        dense.scope for dense in found).items() if times > 1]
    if repeated:
        raise CheckpointError(f'--layer {repeated[0]}: it is named twice; name each layer once')
    layers, changes = [], Changes(collections.OrderedDict(), set(), {})
    for request, dense in zip(requests, found):
        weights = _converted(request, checkpoint, dense.name)
        changes.replaced.add(dense.name)
        changes.values.update((f'{dense.scope}/{name}', value)
                              for name, value in weights.variables.items())
        if dense.biases not in (None, f'{dense.scope}/biases'):
            changes.renamed[dense.biases] = f'{dense.scope}/biases'
        layers.append(ConvertedLayer(dense.scope, dense.name, weights,
                                     checkpoint.dtypes[dense.name].name))
    slots = sorted(name for name in checkpoint.shapes if name not in changes.replaced
                   and owner_of(name, checkpoint.shapes) in changes.replaced)
    copied = {name: _new_name(name, changes.renamed) for name in checkpoint.shapes
              if name not in changes.replaced and name not in slots}
    _check_clashes(checkpoint, list(copied.values()) + list(changes.values))
    report = Report(checkpoint.prefix, output, layers, slots, changes.renamed, len(copied))
    if not dry_run:
        with _written_report(report, report_path):
            write_checkpoint(output, checkpoint, copied, changes.values)
    return report


@contextlib.contextmanager
def _written_report(report, path):
    """Context in which the checkpoint is written: the report is written before it, and in its place
    after it. A path of None is no report."""
    if path is None:
        yield
        return
    make_folder(report.output)
    try:
        with whole_file(path) as temporary:
            with open(temporary, 'w', encoding='utf-8') as file:
                file.write(report.as_json())
            yield
    except OSError as error:
        raise cannot_write(path, error) from error


def _converted(request, checkpoint, variable):
    """Returns the `LayerWeights` of a request, as they are stored."""
    name = f'--layer {request.layer}'
    dense, dtype = checkpoint.read(variable), checkpoint.dtypes[variable]
    layer_format = request.format or ('tt' if dense.ndim == 2 else 'tt_conv')
    if (layer_format == 'tt') != (dense.ndim == 2):
        raise CheckpointError(
            f'{name}: the format {layer_format} does not fit weights of shape '
            f'{list(dense.shape)}; use tt for matrices, tt_conv or tt_conv_direct for kernels')
    if not (dtype.is_floating or dtype.is_integer):
        raise CheckpointError(
            f'{name}: the variable {variable} is of type {dtype.name}, but only real numbers can '
            'be converted; leave the layer out, or save its weights as float32')
    dense = real_array('convert', 'weights', dense)
    stored_type = dtype.as_numpy_dtype if dtype.name in _KEPT_TYPES else np.float32
    try:
        convert = _conversion(request, layer_format, dense)
        with warnings.catch_warnings(record=True) as caught:
            weights = convert_and_store(convert, dense, stored_type, dict(request.target or {}))
    except (ValueError, TypeError) as error:
        raise type(error)(f'{name}: {error}') from error
    for warning in caught:
        warn(f'{name}: {warning.message}', warning.category)
    return weights


def _conversion(request, layer_format, dense):
    """Returns the function from a target, as keyword arguments, to `LayerWeights`."""
    if layer_format == 'tt_conv_direct':
        return functools.partial(tt_conv_direct_from_dense, dense)
    inp_modes, out_modes, pad = request.inp_modes, request.out_modes, request.pad
    if (inp_modes is None) != (out_modes is None):
        raise CheckpointError(f'--layer {request.layer}: input and output modes go together; give '
                              'both or none')
    if inp_modes is None:
        inp_modes, out_modes = find_modes(*dense.shape[-2:], cores=request.cores)
        pad = True
    from_dense = tt_from_dense if layer_format == 'tt' else tt_conv_from_dense
    return functools.partial(from_dense, dense, inp_modes, out_modes, pad=pad)


def _check_clashes(checkpoint, names):
    for name, times in collections.Counter(names).items():
        if times > 1:
            raise CheckpointError(
                f'{checkpoint.prefix}: it has a variable {name} already, which a converted layer '
                f'needs; convert a checkpoint without it')


def _new_name(name, renamed):
    """Name of a copied variable: renamed if it is one of `renamed` or a slot of one."""
    for old, new in renamed.items():
        if name == old or name.startswith(old + '/'):
            return new + name[len(old):]
    return name
