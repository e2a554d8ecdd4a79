NAME = "tools"
STEPS = 60000 / 128


def describe(tensor):
    return tensor.get_shape().as_list(), STEPS, half(7)


def half(n):
    return n / 2
