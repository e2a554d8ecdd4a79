"""Table 2 to the paper's digits, and experiments/vgg/tables.py as a user runs it."""
import os
import unittest

from parameterized import parameterized

from experiments.vgg import paper, parameter_table
from experiments.vgg.fully_connected import LowRank, tt_of_rank
from tests.script_runner import ScriptTest


class RowsTest(unittest.TestCase):

    def test_the_papers_digits(self):
        self.assertEqual(paper.TABLE_2, {row.name: parameter_table.printed(row)
                                         for row in parameter_table.rows()})

    def test_numbers_behind_the_digits(self):
        row, = parameter_table.rows(['TT4 TT4 FC'])
        dense = 25088 * 4096 + 4096 * 4096
        self.assertEqual({'fc6': 2016, 'fc7': 1152}, row.weights)
        self.assertEqual(dense / 3168, row.layer_compression)
        self.assertEqual({'vgg16': 138357544 - dense + 3168, 'vgg19': 143667240 - dense + 3168},
                         row.parameters)
        self.assertEqual(143667240 / (143667240 - dense + 3168), row.compression['vgg19'])

    def test_formats_of_a_row(self):
        self.assertEqual({}, parameter_table.formats_of('FC FC FC'))
        self.assertEqual({'fc6': LowRank(50), 'fc8': tt_of_rank(4096, 1000, 12)},
                         parameter_table.formats_of('MR50 FC TT12'))

    @parameterized.expand(['', 'FC FC', 'FC FC FC FC', 'TT FC FC', 'TT0 FC FC', 'fc FC FC',
                           'FC  FC FC', 'FCFCFC', 'FC FC FC '])
    def test_a_wrong_name(self, name):
        with self.assertRaisesRegex(ValueError, 'the row must name a format for each of fc6, fc7'):
            parameter_table.formats_of(name)


class ScriptTablesTest(ScriptTest):
    script = 'experiments/vgg/tables.py'

    def test_the_table_is_printed_and_written(self):
        status, out, err = self.run_script('--log_dir=run')
        self.assertEqual((0, ''), (status, err))
        self.assertRegex(out.splitlines()[0], '^table 2: ')
        with open(os.path.join(self.folder, 'run', 'vgg_table2.md')) as file:
            self.assertIn(file.read(), out)
        self.assertRegex(out, r'\| TT4 TT4 FC \| 2016 \+ 1152 \(2016 \+ 1152\) \| 37732 \(37732\) '
                              r'\| 7.4 \(7.4\) \| 6 \(6\) \| 18823048 \| 24132744 \|')
        rows = self.read_json('run', 'vgg_table2.json')['rows']
        self.assertEqual(list(paper.TABLE_2), [row['name'] for row in rows])
        self.assertEqual([138357544, 143667240], [
            rows[0]['parameters'][name] for name in ('vgg16', 'vgg19')])

    def test_help_and_a_wrong_flag(self):
        self.assert_help(['Output:'], ['--log_dir'])
        self.assert_flag_error('--log_dir=', '--log_dir=.*expected the name of a folder')


if __name__ == '__main__':
    unittest.main()
