"""What the experiments share: data sets, input, the training loop and what it writes."""
