"""The benchmark of exported networks, as short as can be; its times are not looked at."""

import json
import os
import unittest

import tensorflow.compat.v1 as tf

import tensornet
from benchmarks import deployment
from benchmarks.converters import why_not
from tests.script_runner import ScriptTest


class DeploymentTest(ScriptTest):
    script = 'benchmarks/deployment.py'

    def test_a_network(self):
        status, out, err = self.run_script('--network=mnist', '--repetitions=1', '--out=.',
                                           '--files=files')
        self.assertEqual(0, status, err)
        rows = {(row['way'], row['format']): row
                for row in self.read_json('deployment_mnist.json')['rows']}
        self.assertEqual(20, len(rows))
        # Those of other versions are made anew.
        files = os.listdir(os.path.join(self.folder, 'files'))
        versions = f'tensornet-{tensornet.__version__}-tensorflow-{tf.__version__}'
        self.assertIn(f'mnist-TT-inference-{versions}.frozen', files)
        self.assertEqual([], [name for name in files if versions not in name])
        for (way, kind), row in rows.items():
            if kind != 'session' and why_not(kind):
                self.assertEqual(why_not(kind), row['reason'])
                continue
            self.assertGreater(row['batch_100_ms'], 0)
            self.assertLess(row['error'], 0.1 if kind == 'tflite int8' else 1e-4, (way, kind))
            cores = rows['TT, inference', 'session']['file_bytes']
            if way == 'TT, inference':
                self.assertLess(row['file_bytes'], cores + 15000, kind)
            elif way == 'dense' and kind != 'tflite int8':
                self.assertGreater(row['file_bytes'], 4 * 1024 * 1024)
        status, _, err = self.run_script('--network=mnist', '--repetitions=2', '--out=.',
                                         '--files=files', '--run_by=session')
        self.assertEqual(0, status, err)
        again = {(row['way'], row['format']): row
                 for row in self.read_json('deployment_mnist.json')['rows']}
        self.assertEqual(list(rows), list(again))
        self.assertEqual({key: 2 if 'session' in key else 1 for key in rows},
                         {key: row['repetitions'] for key, row in again.items()})
        self.assertEqual(rows['dense', 'frozen'], again['dense', 'frozen'])
        table = deployment.table(self.folder)
        self.assertEqual(20, table.count('\n| TT') + table.count('\n| dense'))

    def test_a_page_does_not_lose_a_table(self):
        with open(deployment.PAGE, encoding='utf-8') as file:
            page = file.read()
        with open(os.path.join(self.folder, 'deployment_mnist.json'), 'w') as file:
            json.dump({'machine': {}, 'rows': []}, file)
        status, out, err = self.run_script('--write_page', '--out=.')
        with open(deployment.PAGE, encoding='utf-8') as file:
            self.assertEqual(page, file.read())
        self.assertEqual((1, ''), (status, out))
        self.assertRegex(err, r'error: \./deployment_layer_2048\.json, .*: no such file; the page '
                              r'takes the results of all networks, such as those in --out=\S*'
                              r'benchmarks/results\n$')

    def test_rows_of_another_machine_are_not_added_to(self):
        path = os.path.join(self.folder, 'deployment_mnist.json')
        with open(path, 'w') as file:
            json.dump({'machine': {'processor': 'another'}, 'rows': []}, file)
        with self.assertRaisesRegex(SystemExit, 'was measured on another machine or with other'):
            deployment.earlier_rows(path, {'processor': 'this'})
        self.assertEqual([], deployment.earlier_rows(path, {'processor': 'another'}))


if __name__ == '__main__':
    unittest.main()
