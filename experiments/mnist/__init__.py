"""MNIST, section 6.1 of "Tensorizing Neural Networks"."""
