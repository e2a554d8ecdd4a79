"""A conversion that is not repeated where an earlier call has written the same."""
import contextlib
import json
import os

from tensornet.checkpoints import Checkpoint, CheckpointError
from tensornet.whole_file import write_json


def converted_once(convert, prefix, path, settings, again=False):
    """Converts, unless the file of an earlier conversion says that it was the same.

    Args:
        convert: function without arguments that writes the checkpoint and returns a JSON value that
            describes it.
        prefix: of the checkpoint.
        path: of the file that says how it was made.
        settings: dict of JSON values that decide what is in the checkpoint.
        again: whether to convert whatever was written before.

    Returns:
        What `convert` returned, now or then.
    """
    earlier = None if again else _earlier(prefix, path)
    if earlier is not None and earlier['settings'] == settings:
        return earlier['result']
    # While the checkpoint is replaced no file says what it was: a kill may come before the new one.
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)
    result = convert()
    write_json(path, {'settings': settings, 'result': result})
    return result


def _earlier(prefix, path):
    """The content of the file of an earlier conversion whose checkpoint is there, or None."""
    try:
        with open(path, encoding='utf-8') as file:
            earlier = json.load(file)
        Checkpoint(prefix)
    except (OSError, ValueError, CheckpointError):
        return None
    is_whole = isinstance(earlier, dict) and {'settings', 'result'} <= set(earlier)
    return earlier if is_whole else None
