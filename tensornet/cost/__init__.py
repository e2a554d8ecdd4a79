"""What a network costs: parameters, bytes, operations and estimated time of its layers."""

from tensornet.cost.layer_cost import LayerCost
from tensornet.cost.network_cost import NetworkCost
from tensornet.cost.of_checkpoint import of_checkpoint
from tensornet.cost.of_graph import of_graph
from tensornet.cost.text_summary import text_summary

__all__ = ['LayerCost', 'NetworkCost', 'of_checkpoint', 'of_graph', 'text_summary']
