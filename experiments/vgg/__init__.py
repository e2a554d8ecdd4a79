"""VGG-16 and VGG-19 on ImageNet, section 6.3 of "Tensorizing Neural Networks"."""
