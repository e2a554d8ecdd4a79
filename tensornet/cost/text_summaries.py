"""What a network costs, for TensorBoard."""

from __future__ import annotations

from typing import Optional

import tensorflow.compat.v1 as tf

from tensornet.cost.graph_cost import of_graph
from tensornet.tt.arguments import shown

# TensorBoard's name of the dashboard for texts.
_PLUGIN = 'text'


def text_summary(graph: Optional[tf.Graph] = None, tag: str = 'cost') -> tf.Summary:
    """Returns a summary that TensorBoard shows as a table among its texts.

        with tf.summary.FileWriter('logs', graph) as writer:
            writer.add_summary(tensornet.cost.text_summary(graph), 0)

    Nothing is added to the graph.

    Args:
        graph: `tf.Graph`; None takes the default graph.
        tag: name of the text in TensorBoard.

    Returns:
        `tf.Summary`.

    Raises:
        TypeError: `graph` is not a graph, or `tag` no text.
    """
    if not isinstance(tag, str):
        raise TypeError(f"text_summary: `tag` must be text, but it is {shown(tag)}; pass for "
                        "example 'cost'")
    summary = tf.Summary()
    value = summary.value.add(tag=tag)
    value.metadata.plugin_data.plugin_name = _PLUGIN
    value.tensor.CopyFrom(tf.make_tensor_proto(of_graph(graph).as_markdown(), tf.string))
    return summary
