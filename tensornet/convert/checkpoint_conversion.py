"""A checkpoint with dense layers into one with TT layers."""

from __future__ import annotations

import collections
import contextlib
import os
import warnings
from typing import Sequence, Union

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError, cannot_write
from tensornet.checkpoints.checkpoint_writer import make_folder, write_checkpoint
from tensornet.checkpoints.files import followed
from tensornet.checkpoints.latest import name_latest
from tensornet.checkpoints.output_path import check_output
from tensornet.convert.changes import no_changes
from tensornet.convert.checkpoint_layers import DenseWeights, find_layer
from tensornet.convert.convert_dense_layer import convert_dense_layer
from tensornet.convert.convert_tt_layer import convert_tt_layer
from tensornet.convert.fit_checkpoint_layer import check_fit
from tensornet.convert.report import KeptLayer, Report
from tensornet.convert.report_path import check_report
from tensornet.convert.target import GrowthWarning
from tensornet.tt.arguments import warn
from tensornet.whole_file import whole_file
from tensornet.wording import errors_of_caller, of_caller

FORMATS = ('tt', 'tt_conv', 'tt_conv_direct', 'tt_embedding')
# What the functions for one kind of layer call the modes of a `Request`, and the arrays they are
# given, which here come from the checkpoint.
_WORDS = {'inp_ch_modes': '`inp_modes`', 'out_ch_modes': '`out_modes`', 'voc_modes': '`inp_modes`',
          'emb_modes': '`out_modes`', 'weights': 'the weights', 'table': 'the weights',
          'variables': 'the variables'}


class Request(collections.namedtuple('Request', [
        'layer', 'format', 'inp_modes', 'out_modes', 'cores', 'pad', 'target', 'new_inp_modes',
        'new_out_modes', 'noise', 'inp_size', 'out_size', 'fit'])):
    """One layer to convert.

    Attributes:
        layer: scope of a dense or TT layer, or the name of dense weights.
        format: one of `FORMATS`; None is 'tt' for a matrix, 'tt_embedding' for one that is called
            as tables are, and 'tt_conv' for a kernel. The cores of an embedding look like those of
            a 'tt', so 'tt_embedding' says that a TT layer is one: its inputs are then the rows of
            the table, its outputs the columns.
        inp_modes, out_modes: lists of modes; None has them found, see `search_modes`. Of a TT layer
            those that it has, which may be None where the shapes of its cores tell them.
        cores: number of cores to find modes for, or None.
        pad: whether given modes may multiply to more than the sizes of the layer.
        target: dict with one or more of `ranks`, `eps`, `max_rank`, `compression`, `parameters`;
            see `tt_from_dense`, and for TT layers `round_layer`. Of a TT layer `ranks` may be
            higher than those it has, see `grow_layer`.
        new_inp_modes, new_out_modes: modes that a TT layer is to get, see `change_modes`.
        noise: of the new ranks of a TT layer, see `grow_layer`.
        inp_size, out_size: of a padded TT layer the arguments of these names, or of a convolution
            `inp_ch` and `out_ch`; None is all that its modes multiply to, or as many outputs as
            there are biases.
        fit: dict of the `inputs` of a dense layer, to which the cores and the biases are fitted,
            and of other arguments of `fit_to_inputs`; `following` is the scope of the next layer,
            or the name of its weights. None converts the weights alone.
    """
    __slots__ = ()


Request.__new__.__defaults__ = (
    None, None, None, None, False, None, None, None, 0., None, None, None)


def convert_checkpoint(source: Union[str, os.PathLike], output: Union[str, os.PathLike, None],
                       requests: Sequence[Request], force: bool = False, dry_run: bool = False,
                       report_path: Union[str, os.PathLike, None] = None, *,
                       averages: Sequence[str] = ()) -> Report:
    """Turns layers of a checkpoint into TT layers and copies everything else.

    Cores have the type of the weights; those of integers and of floats of 8 bits are float32. The
    errors of the report are those of the cores as they are stored. TT layers get other ranks or
    modes.

    Moving averages of the weights are converted with them. Other slots, such as an optimizer's
    moments, do not fit the cores and are left out. Biases stay as they are; a layer of more modes
    than sizes is built with the sizes among its `arguments`. In a folder without a file
    `checkpoint` the output becomes the latest checkpoint.

    Args:
        source: the checkpoint to read, see `Checkpoint`; it is never modified.
        output: prefix of the checkpoint to write; None only with `dry_run`.
        requests: list of `Request`.
        force: whether `output` and the report may be replaced if they exist; never files that are
            no checkpoint or no report.
        dry_run: whether to write nothing.
        report_path: file to write the report to as JSON, or None.
        averages: names that `tf.train.ExponentialMovingAverage` was given, where it was given one.

    Returns:
        `Report`.

    Raises:
        CheckpointError: a checkpoint or a layer is not as expected, or a path is not one to write
            to; nothing has been written.
        ValueError, TypeError: modes or target do not fit a layer; likewise.
    """
    checkpoint = Checkpoint(source, object_based=True)
    if not dry_run:
        if output is None:
            raise TypeError('convert_checkpoint: `output` must be a path unless `dry_run=True`, '
                            'but it is None; pass the prefix of the checkpoint to write')
        output = followed(os.fspath(output))
        check_output(output, checkpoint.prefix, force,
                     remedy='pass another `output`, or `force=True` to replace it')
        if report_path is not None:
            report_path = os.fspath(report_path)
            check_report(report_path, output, checkpoint.prefix, force)
    found = [find_layer(checkpoint.shapes, request.layer, checkpoint.paths) for request in requests]
    repeated = [name for name, times in collections.Counter(
        layer.scope for layer in found).items() if times > 1]
    if repeated:
        raise CheckpointError(f'`layer` {repeated[0]}: it is named twice; name each layer once')
    changes = no_changes()
    layers = [_converted(request, checkpoint, layer, averages, changes)
              for request, layer in zip(requests, found)]
    slots = changes.slots_without_owner(checkpoint.shapes)
    copied = {name: changes.new_name(name, checkpoint.shapes) for name in checkpoint.shapes
              if name not in changes.replaced and name not in slots}
    _check_clashes(checkpoint, list(copied.values()) + list(changes.values))
    kept = [layer for layer in layers if isinstance(layer, KeptLayer)]
    layers = [layer for layer in layers if not isinstance(layer, KeptLayer)]
    report = Report(checkpoint.prefix, output, layers, slots, changes.renamed, len(copied), kept)
    if not dry_run:
        with _written_report(report, report_path):
            write_checkpoint(output, checkpoint, copied, changes.values)
        name_latest(output)
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


def _converted(request, checkpoint, found, averages, changes):
    convert = convert_dense_layer if isinstance(found, DenseWeights) else convert_tt_layer
    if request.fit is not None:
        check_fit(request, found)
    start = f'`layer` {request.layer}: '
    with errors_of_caller(_WORDS, start), warnings.catch_warnings(record=True) as caught:
        # The report says which layers grow.
        warnings.simplefilter('ignore', GrowthWarning)
        converted = convert(request, checkpoint, found, averages, changes)
    for category, text in collections.OrderedDict.fromkeys(
            (warning.category, str(warning.message)) for warning in caught):
        warn(start + of_caller(text, _WORDS), category)
    return converted


def _check_clashes(checkpoint, names):
    for name, times in collections.Counter(names).items():
        if times > 1:
            raise CheckpointError(
                f'{checkpoint.prefix}: it has a variable {name} already, which a converted layer '
                f'needs; convert a checkpoint without it')
