import tensornet


def wide(x, width):
    return tensornet.layers.linear(x, width / 4, scope='wide')
