"""CIFAR-10 with wide and shallow fully-connected networks."""
