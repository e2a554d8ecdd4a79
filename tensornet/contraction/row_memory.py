"""In how many parts the ids of a lookup are gone through. Nothing here knows of TensorFlow.

The slices of an id and their products may be many times as large as its row. They are freed after
each part. Going forward that costs a copy of the rows; going backward each part adds to gradients
of all merged cores.
"""

# Fewer bytes going backward, or four times as many going forward, are not worth a part.
SMALLEST_PART = 2**20


def parts(plan):
    """Returns how many parts a `RowPlan` has.

    In training the memory of a part is at most that of all rows; without, where time counts for
    more, twice that. No part is made smaller than four times `SMALLEST_PART`.
    """
    rows = plan.shape.inp_size * (1 if plan.setting.training else 2)
    return max(1, min(-(-_between(plan) // rows), _bytes(plan) // (4 * SMALLEST_PART)))


def gradient_parts(plan):
    """Returns how many parts the backward pass of a `RowPlan` has.

    It has gradients of all that is made. What a part adds to the gradients of the merged cores is
    no less than these.
    """
    tables = sum(sizes.count * sizes.entries for sizes in plan.slices)
    most = -(-2 * _between(plan) // plan.shape.inp_size)
    return max(1, min(most, _bytes(plan) // SMALLEST_PART,
                      plan.count * _between(plan) // tables))


def _between(plan):
    """Elements between the cores and a row: of its slices and their products."""
    return (sum(sizes.entries for sizes in plan.slices)
            + sum(join.entries for join in plan.joins[:-1]))


def _bytes(plan):
    return plan.count * _between(plan) * plan.setting.itemsize
