"""MNIST read row by row, by dense and TT-LSTMs."""
