"""One call of every layer as text, for programs of their own."""

# Name of the layer to its arguments; `images` are of the shape [2, 5, 5, 6].
CALLS = {
    'tt': 'images, [2, 3], [2, 2], [1, 2, 1]',
    'tt_conv': 'images, [3, 3], [2, 3], [2, 2], [2, 2, 1]',
    'tt_conv_full': 'images, [3, 3], [2, 3], [2, 2], [2, 2, 1]',
    'tt_conv_direct': 'images, [3, 3], 4, [1, 2, 2, 2, 1]',
    'tt_embedding': 'tf.constant([5, 0]), [2, 3], [2, 2], [1, 2, 1]',
    'tt_embedding_bag': 'tf.sparse.from_dense([[1, 2]]), [2, 3], [2, 2], [1, 2, 1]',
    'tt_conv1d_full': 'images[0], [1, 3], [2, 3], [2, 2], [2, 2, 1]',
    'conv': 'images, 4, [3, 3]',
    'linear': 'images[0, 0], 4',
    'batch_normalization': 'images, True',
}
