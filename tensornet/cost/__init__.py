"""What a network costs: parameters, bytes, operations and estimated time of its layers."""

from tensornet.cost.checkpoint_cost import of_checkpoint
from tensornet.cost.graph_cost import of_graph
from tensornet.cost.layer_cost import LayerCost
from tensornet.cost.network_cost import NetworkCost
from tensornet.cost.text_summaries import text_summary

__all__ = ['LayerCost', 'NetworkCost', 'of_checkpoint', 'of_graph', 'text_summary']


def __dir__():
    return sorted(__all__)
