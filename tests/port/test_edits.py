"""Replacements of pieces of a text."""

import unittest

from parameterized import parameterized

from tensornet.port.edits import Edits


def edited(*replacements):
    edits = Edits('a b\nc d')
    for replacement in replacements:
        edits.replace(*replacement)
    return edits.apply()


class EditsTest(unittest.TestCase):

    @parameterized.expand([
        ('in_any_order', [(4, 5, 'C'), (0, 1, 'A')], 'A b\nC d'),
        ('insertions_keep_the_order_of_their_calls', [(2, 2, 'x'), (2, 2, 'y')], 'a xyb\nc d'),
        ('an_insertion_before_what_is_replaced', [(0, 1, 'A'), (0, 0, 'x')], 'xA b\nc d'),
        ('one_after_the_other', [(0, 2, ''), (2, 3, 'B')], 'B\nc d'),
        ('not_inside_of_a_replaced_piece', [(0, 1, 'A'), (2, 3, 'B'), (0, 3, 'x')], 'x\nc d'),
    ])
    def test_applied(self, _, replacements, expected):
        self.assertEqual(expected, edited(*replacements))

    def test_those_that_overlap_in_part(self):
        with self.assertRaisesRegex(ValueError, "two changes overlap at line 2: the second one "
                                                "replaces 'c d'"):
            edited((0, 5, ''), (4, 7, ''))


if __name__ == '__main__':
    unittest.main()
