"""What a layer plans for, or estimates its time for."""

from tensornet.contraction import DEFAULT_BATCH_SIZE, Setting
from tensornet.contraction.environment import target_machine
from tensornet.layers.default_plan import INFERENCE, around, chosen_plan


def planned_setting(leading, variables, plan=None, batch_size=None):
    """Returns the `tensornet.contraction.Setting` of a layer.

    Args:
        leading: sizes of the input's dimensions that make up the batch, None where not known.
        variables: `LayerVariables` of the layer, of the type that it computes in; a layer that is
            not trained is planned for the forward pass.
        plan: the plan that the layer takes or its name; None for a layer without plans.
        batch_size: checked hint for a batch that is not known; None for that of the `default_plan`
            around.
    """
    plan = chosen_plan(plan, None)
    is_inference = isinstance(plan, str) and plan == INFERENCE
    if None not in leading:
        size = 1
        for dimension in leading:
            size *= max(dimension, 1)
    elif batch_size is not None:
        size = batch_size
    elif around().batch_size is not None:
        size = around().batch_size
    else:
        size = 1 if is_inference else DEFAULT_BATCH_SIZE
    dtype = variables.dtype.name
    return Setting(size, variables.trainable and not is_inference, dtype,
                   target_machine(dtype, around().xla))
