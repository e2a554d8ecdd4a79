"""Going through ids in parts."""

import tensorflow.compat.v1 as tf


def part_ranges(ids, parts):
    """Returns where parts of ids begin and end, of equal sizes but for the last ones.

    Args:
        ids: tensor `[count]`; where the count is not known, the parts are of sizes that only a run
            tells.
        parts: how many there are; fewer where there are fewer ids.

    Returns:
        List of pairs, integers or scalar tensors.
    """
    count = ids.shape.as_list()[0]
    if parts == 1:
        return [(0, count)]
    if count is not None:
        size = max(-(-count // parts), 1)
        # Of nothing at all there is one part: what is made of it has a shape.
        return [(begin, min(begin + size, count)) for begin in range(0, max(count, 1), size)]
    with tf.device('/cpu:0'):
        count = tf.shape(ids)[0]
        size = (count + parts - 1) // parts
        ends = [tf.minimum(k * size, count) for k in range(parts + 1)]
    return list(zip(ends[:-1], ends[1:]))
