"""How many parameters a tensor train may have: a number, or a factor that a size is to fall by."""
import math

from tensornet.tt.arguments import LARGEST_SIZE, check_compression, check_integer

_SHOWN_DIGITS = 6


def parameter_limit(function, full_size, parameters, compression):
    """Returns how many parameters a tensor train may have, from one of two targets.

    Args:
        function: name of the public function, for the messages.
        full_size: size of the tensor that `compression` refers to.
        parameters, compression: the arguments, one of them None; `tensornet.tt.select_ranks` says
            what they mean.

    Raises:
        ValueError, TypeError: the argument is wrong.
    """
    if parameters is not None:
        return check_integer(function, 'parameters', parameters)
    # The ratio may be infinite.
    return math.floor(min(full_size / check_compression(function, compression), LARGEST_SIZE))


def reachable_limit(function, modes, full_size, parameters, compression):
    """Same as `parameter_limit` for checked modes, [d].

    Raises:
        ValueError, TypeError: the argument is wrong, or not even ranks of 1 take so few.
    """
    size, least = parameter_limit(function, full_size, parameters, compression), sum(modes)
    if size < least:
        raise unmet(function, ': with these modes,', least, full_size, parameters, compression,
                    'or use more and smaller modes')
    return size


def unmet(function, given, least, full_size, parameters, compression, other=None):
    """Returns the ValueError that not even ranks of 1 take as few parameters as a target says.

    Args:
        function: name of the public function.
        given: what is given, between "cannot be met" and "ranks of 1".
        least: how many parameters ranks of 1 take.
        full_size, parameters, compression: as for `parameter_limit`.
        other: another remedy, or None.
    """
    if parameters is not None:
        target, remedy = f'`parameters` {parameters}', f'at least {least}'
    else:
        target = f'`compression` {compression}'
        remedy = f'at most {_ratio_rounded_down(full_size, least)}'
    return ValueError(
        f'{function}: {target} cannot be met{given} ranks of 1 take {least} parameters, a '
        f'compression of {full_size / least:.{_SHOWN_DIGITS}g}; pass {remedy}'
        + (f', {other}' if other else ''))


def _ratio_rounded_down(dividend, divisor):
    """Text of a ratio of integers of at least 1 with few digits, which leaves the divisor."""
    places = max(0, _SHOWN_DIGITS - len(str(dividend // divisor)))
    scaled = dividend * 10**places // divisor
    if math.floor(dividend / (scaled / 10**places)) < divisor:
        # The ratio has so few digits, but floating point puts it above.
        scaled -= 1
    text = f'{scaled / 10**places:.{places}f}'
    return text.rstrip('0').rstrip('.') if places else text
