"""Valid calls of the layers in float32, in graphs that TensorFlow rewrites to half precision."""

from tests.fuzz import layer_cases

NEIGHBOURS = ([], ['before'], ['after'], ['before', 'after'], ['before', 'after'])
# Sums in half precision show with many terms.
BATCH_SIZES = (0, 1, 1, 2, 7, 60, 300, 1500)


def draw(random, layer=None, rewrite='auto_mixed_precision_onednn_bfloat16'):
    """Draws a case of `layer_cases`, with `rewrite` and `neighbours`.

    Args:
        random: `numpy.random.RandomState`.
        layer: one of `layer_cases.LAYERS`; None draws it.
        rewrite: one of `graph_rewrites.REWRITES`.

    Returns:
        Dictionary; `neighbours` says where the layer has operations in half precision around it.
    """
    while True:
        case = layer_cases.draw(random, layer, 'float32')
        if len(case['inp_shape']) - 1 not in layer_cases.small_axes(case):
            break
    # Neighbours multiply the last axis by a matrix.
    case['known'][-1] = True
    case.update(rewrite=rewrite, neighbours=NEIGHBOURS[random.randint(len(NEIGHBOURS))])
    case['inp_shape'][0] = BATCH_SIZES[random.randint(len(BATCH_SIZES))]
    if len(case['inp_shape']) > 2:
        case['inp_shape'][0] = min(case['inp_shape'][0], 60)
    return case
