"""The experiments of the TensorNet papers. The library itself does not need this package."""
