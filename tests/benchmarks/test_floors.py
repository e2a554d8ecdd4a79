"""What is compared with the speed-ups that are asked for."""
import unittest

from parameterized import parameterized

from benchmarks.floors import floors_of


def _entry(bound_ms=None, **medians):
    entry = {name: {'median_ms': median} for name, median in medians.items()}
    return dict(entry, roofline={'bound_ms': bound_ms}) if bound_ms else entry


class FloorsTest(unittest.TestCase):

    @parameterized.expand([
        ('chain', 'vgg100', 'forward', _entry(auto=1, chain=6.1), [('chain', 6.1, True)]),
        ('training', 'vgg100', 'training', _entry(auto=1, chain=6.1), [('chain', 6.1, False)]),
        ('peers', 'wideB', 'forward', _entry(auto=2, chain=6, t3f=4, tensorly=3, torch_dense=1),
         [('chain', 3, True), ('t3f', 2, True), ('tensorly', 1.5, False)]),
        ('dense', 'mnist100', 'training', _entry(auto=1, chain=3, dense=1.5),
         [('chain', 3, True), ('dense', 1.5, False)]),
        ('bound', 'fc41', 'forward', _entry(auto=2, chain=10, bound_ms=1.25),
         [('chain', 5, True), ('bound', 0.625, True)]),
        ('far_from_the_bound', 'fc41', 'forward', _entry(auto=2, chain=10, bound_ms=1.2),
         [('chain', 5, True), ('bound', 0.6, False)]),
        ('no_bound_asked_for', 'vgg1', 'forward', _entry(auto=1, chain=2, bound_ms=0.1),
         [('chain', 2, True)]),
        ('convolution', 'conv3x3_64_64', 'forward', _entry(auto=10, chain=90, full=9, dense=1),
         [('better of chain and full', 0.9, False)]),
    ])
    def test_ratios(self, _, workload, phase, entry, expected):
        self.assertEqual(expected, [(floor.over, floor.ratio, floor.reached)
                                    for floor in floors_of(workload, phase, entry)])


if __name__ == '__main__':
    unittest.main()
