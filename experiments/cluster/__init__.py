"""Training one network on several machines, by TensorFlow's own distributed runtime."""
