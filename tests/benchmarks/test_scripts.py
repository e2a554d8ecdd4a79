"""The benchmarks as a user runs them, as short as can be; their times are not looked at."""
import json
import os
import unittest

from tensornet.contraction import plan
from tests.script_runner import ScriptTest


class RunTest(ScriptTest):
    script = 'benchmarks/run.py'

    def test_one_workload(self):
        status, out, err = self.run_script('--workload=mnist100', '--repetitions=1', '--out=.')
        self.assertEqual(0, status, err)
        with open(os.path.join(self.folder, 'results.json')) as file:
            results = json.load(file)
        self.assertEqual(['mnist100'], list(results['workloads']))
        for phase, others in (('forward', ['chain', 'dense', 'product', 'stream']),
                              ('training', ['chain', 'dense'])):
            entry = results['workloads']['mnist100'][phase]
            self.assertEqual(phase == 'forward', 'roofline' in entry)
            self.assertEqual(set(others + ['auto']), set(entry) - {'roofline', 'profile_ms'})
            self.assertTrue(any('MatMul' in name for name in entry['profile_ms']), entry)
            self.assertRegex(out, r'(?m)^mnist100 +%s +%.3f '
                             % (phase, entry['auto']['median_ms']))
        self.assertEqual(1, results['machine']['repetitions'])
        self.assertEqual(4, len(results['floors']))
        self.assertEqual(4, out.count(', at least '))
        with open(os.path.join(self.folder, 'speedup.png'), 'rb') as file:
            self.assertEqual(b'\x89PNG', file.read(4))


class ProductsTest(ScriptTest):
    script = 'benchmarks/products.py'

    def test_one_workload(self):
        status, out, err = self.run_script('--workload=mnist100', '--repetitions=1', '--out=.')
        self.assertEqual(0, status, err)
        with open(os.path.join(self.folder, 'products.json')) as file:
            entry = json.load(file)['workloads']['mnist100']
        chosen = plan([4, 8, 8, 4], [4, 8, 8, 4], [1, 8, 8, 8, 1], 100, training=False)
        self.assertEqual(len(chosen.steps), len(entry['products']))
        self.assertAlmostEqual(
            2e-9 * sum(step.forward(100).multiplications for step in chosen.steps),
            sum(row['gflop'] for row in entry['products']))
        for row in entry['products']:
            self.assertIn(row['sizes'], out)


class SweepTest(ScriptTest):
    script = 'benchmarks/sweep.py'

    def test_two_cases(self):
        status, out, err = self.run_script('--cases=2', '--out=.')
        with open(os.path.join(self.folder, 'sweep.json')) as file:
            results = json.load(file)
        self.assertEqual(2, len(results['cases']), err)
        self.assertEqual(min(results['slow'], 1), status)
        self.assertLessEqual({'processor', 'tensorflow'}, set(results['machine']))
        self.assertRegex(out, r'2 cases: .*; %d slow\n$' % results['slow'])


if __name__ == '__main__':
    unittest.main()
