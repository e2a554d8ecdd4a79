"""The benchmarks as a user runs them, as short as can be; their times are not looked at."""
import json
import os
import unittest

from parameterized import parameterized

from tensornet.contraction import plan
from tests.script_runner import ScriptTest


class RunTest(ScriptTest):
    script = 'benchmarks/run.py'

    def test_one_workload(self):
        status, out, err = self.run_script('--workload=mnist100', '--repetitions=1', '--out=.')
        self.assertEqual(0, status, err)
        results = self.read_json('results.json')
        self.assertEqual(['mnist100'], list(results['workloads']))
        for phase, others in (('forward', ['chain', 'dense', 'product', 'stream']),
                              ('training', ['chain', 'dense'])):
            entry = results['workloads']['mnist100'][phase]
            self.assertEqual(phase == 'forward', 'roofline' in entry)
            self.assertEqual(set(others + ['auto']), set(entry) - {'roofline', 'profile_ms'})
            self.assertTrue(any('MatMul' in name for name in entry['profile_ms']), entry)
            self.assertRegex(out, rf'(?m)^mnist100 +{phase} +{entry["auto"]["median_ms"]:.3f} ')
        self.assertEqual(1, results['machine']['repetitions'])
        self.assertEqual(4, len(results['floors']))
        self.assertEqual(4, out.count(', at least '))
        self.assert_picture('speedup.png')


class RecurrentTest(ScriptTest):
    script = 'benchmarks/recurrent.py'

    def test_two_alternatives(self):
        names = ['TT, outside', 'TT, in the loop']
        status, out, err = self.run_script(*['--only=' + name for name in names],
                                           '--batch_size=1', '--repetitions=1', '--out=.')
        self.assertEqual(0, status, err)
        results = self.read_json('recurrent.json')
        # Cores of inputs and states, and biases.
        parameters = (8 * 16 + 20 * 4 * 4 + 20 * 4 * 4 + 18 * 4) * 4 + (
            4 * 16 + 4 * 4 * 4 + 4 * 4 * 4 + 4 * 4) * 4 + 1024
        for name in names:
            entry = results['alternatives'][name]
            self.assertEqual(parameters, entry['parameters'])
            self.assertIn(f'{name:<32} {entry["median_ms"]:9.1f} ms', out)


class ProductsTest(ScriptTest):
    script = 'benchmarks/products.py'

    def test_one_workload(self):
        status, out, err = self.run_script('--workload=mnist100', '--repetitions=1', '--out=.')
        self.assertEqual(0, status, err)
        entry = self.read_json('products.json')['workloads']['mnist100']
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
        results = self.read_json('sweep.json')
        self.assertEqual(2, len(results['cases']), err)
        self.assertEqual(min(results['slow'], 1), status)
        self.assertLessEqual({'processor', 'tensorflow'}, set(results['machine']))
        self.assertRegex(out, rf'2 cases: .*; {results["slow"]} slow\n$')

class RegretTest(ScriptTest):
    script = 'benchmarks/regret.py'
    ARGUMENTS = ['--random=1', '--seconds=1', '--out=.']

    def test_one_case_and_another_run(self):
        name = 'mnist100 float32 forward'
        status, out, err = self.run_script('--only=' + name, *self.ARGUMENTS)
        self.assertEqual(0, status, err)
        results = self.read_json('regret.json')
        self.assertEqual([name], list(results['cases']))
        entry = results['cases'][name]
        self.assertEqual(28, entry['plans'])
        # The measured plan may differ from all others in its operations.
        self.assertIn(sum(entry[kind] for kind in (
            'tried', 'too_much_arithmetic', 'too_large', 'stopped', 'untried')), (28, 29))
        for way in ('auto', 'measure'):
            self.assertAlmostEqual(
                entry['times'][way]['session_mean_ms'] / entry['times']['best']['session_mean_ms'],
                entry['regret'][way])
            self.assertGreaterEqual(entry['regret'][way], 1)
            self.assertEqual(entry['regret'][way], results['summary']['all'][way]['worst'])
        self.assertIn('float32 forward      1 cases: ', out)
        self.assert_picture('regret.png')

        # What is there is kept, and nothing else is asked for.
        status, out, err = self.run_script('--only=' + name, *self.ARGUMENTS)
        self.assertEqual(0, status, err)
        self.assertNotRegex(out, '(?m)^' + name)
        self.assertEqual(results, self.read_json('regret.json'))

    def test_results_of_another_machine_are_not_mixed(self):
        path = os.path.join(self.folder, 'regret.json')
        with open(path, 'w') as file:
            json.dump({'machine': {'processor': 'another'}, 'cases': {}}, file)
        status, _, err = self.run_script(*self.ARGUMENTS)
        self.assertEqual(1, status)
        self.assertRegex(err, r"error: \./regret\.json has other machine, {'processor': 'another'}"
                              '; .*; remove the file or pass another --out')

    def test_no_such_case(self):
        status, _, err = self.run_script('--only=vgg', *self.ARGUMENTS)
        self.assertEqual(1, status)
        self.assertRegex(err, "error: no case is named --only='vgg'; the first is 'vgg1 float32 "
                              "forward', and '\\*' stands for any text\n$")

    def test_a_damaged_file(self):
        with open(os.path.join(self.folder, 'regret.json'), 'w') as file:
            file.write('{')
        status, _, err = self.run_script(*self.ARGUMENTS)
        self.assertEqual(1, status)
        self.assertRegex(err, r'error: \./regret\.json is no JSON: .*; remove it or pass another')


class PrecisionTest(ScriptTest):
    script = 'benchmarks/precision.py'

    def test_one_layer(self):
        status, out, err = self.run_script('--only=mnist100', '--repetitions=1', '--out=.')
        self.assertEqual(0, status, err)
        phases = self.read_json('precision.json')['layers']['mnist100']
        self.assertEqual(['forward', 'training'], list(phases))
        for phase, entry in phases.items():
            self.assertRegex(out, f'(?m)^mnist100 +{phase} ')
            if 'skipped' in entry:  # TensorFlow 1 lacks kernels.
                continue
            self.assertAlmostEqual(entry['float32']['median_ms'] / entry['bfloat16']['median_ms'],
                                   entry['ratio'])
            self.assertEqual(phase == 'forward', 'roofline' in entry)


class FrozenTest(ScriptTest):
    script = 'benchmarks/frozen.py'

    def test_one_workload(self):
        status, out, err = self.run_script('--workload=mnist100', '--repetitions=1', '--out=.')
        self.assertEqual(0, status, err)
        rows = self.read_json('frozen.json')['workloads']['mnist100']['rows']
        rows = {row['name']: row for row in rows}
        self.assertEqual(9, len(rows))
        dense = 4 * 1024 * 1024
        self.assertEqual(dense, rows['dense']['memory_bytes'])
        self.assertEqual(1, rows['dense']['products'])
        self.assertIsNone(rows['variables']['file_bytes'])
        for name in ('frozen', 'constant up to 64 KiB', 'measured up to 64 KiB'):
            self.assertTrue(0 < rows[name]['memory_bytes'] < dense / 16, rows[name])
            self.assertLess(rows[name]['file_bytes'], dense / 16)
            self.assertIn(name, out)


class EmbeddingTest(ScriptTest):
    script = 'benchmarks/embedding.py'

    def test_a_small_table(self):
        status, out, err = self.run_script('--rows=1000', '--small_rows=101', '--ids=64',
                                           '--repetitions=1', '--out=.')
        self.assertEqual(0, status, err)
        results = self.read_json('embedding.json')
        for phase in ('forward', 'momentum', 'adam'):
            self.assertEqual({'2 cores', '3 cores', '4 cores', 'slices, left to right', 'dense'},
                             set(results[phase]))
        self.assertEqual({'2 cores', 'one-hot'}, set(results['small forward']))
        self.assertEqual(3, out.count('over dense'))
        self.assertEqual(4, out.count('peak memory of a step'))

    @parameterized.expand(['1', '7'])
    def test_the_peak_of_few_ids(self, count):
        status, out, err = self.run_script('--peak=dense', '--rows=100', f'--ids={count}')
        self.assertEqual(0, status, err)
        self.assertGreaterEqual(float(out.split()[-1]), 0)


class BuildTimeTest(ScriptTest):
    script = 'benchmarks/build_time.py'

    def test_two_sizes(self):
        status, out, err = self.run_script('--cores=2', '--cores=3', '--repetitions=1', '--out=.')
        self.assertEqual(0, status, err)
        self.assertNotIn('larger than useful', err)
        rows = self.read_json('build_time.json')['rows']
        self.assertEqual([(2, 2), (2, 3), (4, 2), (4, 3)],
                         [(row['mode'], row['cores']) for row in rows])
        for row in rows:
            self.assertGreater(min(row['plan']['median_ms'], row['layer']['median_ms']), 0)
        self.assertEqual(5, len(out.splitlines()))


if __name__ == '__main__':
    unittest.main()
