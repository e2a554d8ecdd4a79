"""Converting layers of a checkpoint, and copying the rest of it."""

from __future__ import annotations

import collections
import os
import warnings
from typing import Dict, Sequence, Union

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.checkpoint_layers import DenseWeights, TTVariables, find_layer
from tensornet.checkpoints.checkpoint_writer import write_checkpoint
from tensornet.checkpoints.files import check_path, followed
from tensornet.checkpoints.latest import name_latest
from tensornet.checkpoints.output_path import check_output
from tensornet.checkpoints.prefix import check_source
from tensornet.checkpoints.slots import is_named_average
from tensornet.convert.changes import Changes
from tensornet.convert.convert_dense_layer import convert_dense_layer
from tensornet.convert.convert_tt_layer import convert_tt_layer
from tensornet.convert.layer_conversion import LayerConversion
from tensornet.convert.layer_formats import FORMATS, MODE_WORDS
from tensornet.convert.report import ConvertedLayer, KeptLayer, Report
from tensornet.convert.report_file import check_report, written_report
from tensornet.convert.request import Request, check_requests
from tensornet.convert.target import GrowthWarning
from tensornet.tt.arguments import check_flag, check_list, shown, warn
from tensornet.wording import errors_of_caller, of_caller

# What the functions for one kind of layer call the modes of a `Request`, and the arrays they are
# given, which here come from the checkpoint.
_WORDS = dict(MODE_WORDS, variables='the variables')
_WORDS.update((layer_format.dense_argument, 'the weights') for layer_format in FORMATS.values())


def convert_checkpoint(source: Union[str, os.PathLike], output: Union[str, os.PathLike, None],
                       requests: Sequence[Request], force: bool = False, dry_run: bool = False,
                       report_path: Union[str, os.PathLike, None] = None, *,
                       averages: Sequence[str] = ()) -> Report:
    """Turns layers of a checkpoint into TT layers and copies everything else.

    Dense layers become TT layers, and TT layers get other ranks or modes. Cores have the type of
    the weights, or float32 where the weights are integers or floats of 8 bits. The errors in the
    report are those of the cores as they are stored.

    Moving averages of the weights are converted with them. Other slots, such as an optimizer's
    moments, do not fit the cores and are left out. Biases stay as they are. Where the modes of a
    layer multiply to more than its sizes, these are among the `arguments` in the report. Where the
    folder of the output has no file `checkpoint`, the output becomes its latest checkpoint.

    Args:
        source: path of the checkpoint to read, as for `Checkpoint`; it is never modified.
        output: prefix of the checkpoint to write; may be None with `dry_run`.
        requests: list of `Request`, one for each layer.
        force: whether an existing checkpoint at `output` and an existing report are replaced. Other
            files never are.
        dry_run: whether to write nothing, whatever `output`, `force` and `report_path` say.
        report_path: file to write the report to as JSON, or None.
        averages: list of the names that `tf.train.ExponentialMovingAverage` was made with, where
            it was made with one.

    Returns:
        `Report`.

    Raises:
        CheckpointError: a checkpoint or a layer is not as expected, or the output cannot be written
            to its path. No output has been written then. Or the file `checkpoint` cannot be
            written; then the output is there.
        ValueError, TypeError: an argument is wrong or has no effect, or modes or target do not fit
            a layer. No output has been written then.
    """
    function = 'convert_checkpoint'
    requests = check_requests(function, requests)
    force, dry_run = [check_flag(function, name, value)
                      for name, value in (('force', force), ('dry_run', dry_run))]
    averages = check_list(function, 'averages', averages, 'names', "['shadow']")
    source = check_source(function, 'source', source)
    prefix = None if output is None else check_path(function, 'output', output)
    report_file = None if report_path is None else check_path(
        function, 'report_path', report_path, 'report.json')
    checkpoint = Checkpoint(source, object_based=True)
    _check_averages(checkpoint, averages)
    if not dry_run:
        if prefix is None:
            raise TypeError(f'{function}: `output` must be a path unless `dry_run=True`, '
                            'but it is None; pass the prefix of the checkpoint to write')
        prefix = followed(prefix)
        version = check_output(prefix, checkpoint.prefix, force,
                               remedy='pass another `output`, or `force=True` to replace it')
        if report_file is not None:
            check_report(report_file, prefix, checkpoint.prefix, force)
    found = [find_layer(checkpoint.shapes, request.layer, checkpoint.paths) for request in requests]
    _check_scopes(found)
    changes = Changes(checkpoint)
    layers = [_converted(LayerConversion(request, checkpoint, averages, changes), layer)
              for request, layer in zip(requests, found)]
    copied = changes.copied()
    report = Report(
        checkpoint.prefix, prefix,
        [layer for layer in layers if isinstance(layer, ConvertedLayer)], changes.dropped_slots(),
        changes.renamed, len(copied), [layer for layer in layers if isinstance(layer, KeptLayer)])
    if not dry_run and prefix is not None:
        with written_report(report, report_file):
            write_checkpoint(prefix, version, checkpoint, copied, changes.values)
        name_latest(prefix)
    return report


def _check_scopes(found: Sequence[Union[DenseWeights, TTVariables]]) -> None:
    scopes: Dict[str, Union[DenseWeights, TTVariables]] = {}
    for layer in found:
        other = scopes.setdefault(layer.scope, layer)
        if other is layer:
            continue
        if other == layer:
            raise CheckpointError(f'`layer` {layer.scope}: it is named twice; name each layer once')
        names = [weights.name if isinstance(weights, DenseWeights) else 'a TT layer'
                 for weights in (other, layer)]
        raise CheckpointError(f'`layer` {layer.scope}: {names[0]} and {names[1]} are in this '
                              'scope, which can have one TT layer; convert one of them')


def _check_averages(checkpoint: Checkpoint, names: Sequence[str]) -> None:
    for k, name in enumerate(names):
        if not isinstance(name, str):
            raise TypeError(f'convert_checkpoint: `averages[{k}]` must be a name, but it is '
                            f'{shown(name)}; pass that of ExponentialMovingAverage')
        if not any(is_named_average(variable, [name]) for variable in checkpoint.shapes):
            raise CheckpointError(
                f'{checkpoint.prefix}: no variable is an average of the name {name}, which is one '
                'of `averages`; leave it out, or pass the name that ExponentialMovingAverage was '
                'given')


def _converted(conversion: LayerConversion, found: Union[DenseWeights, TTVariables]
               ) -> Union[ConvertedLayer, KeptLayer]:
    start = f'`layer` {conversion.request.layer}: '
    with errors_of_caller(_WORDS, start), warnings.catch_warnings(record=True) as caught:
        # The report says which layers grow.
        warnings.simplefilter('ignore', GrowthWarning)
        converted = (convert_dense_layer(conversion, found) if isinstance(found, DenseWeights)
                     else convert_tt_layer(conversion, found))
    for category, text in collections.OrderedDict.fromkeys(
            (warning.category, str(warning.message)) for warning in caught):
        warn(start + of_caller(text, _WORDS), category)
    return converted
