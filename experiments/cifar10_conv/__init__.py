"""CIFAR-10 with convolutional networks, "Ultimate tensorization" (arXiv 1611.03214)."""
