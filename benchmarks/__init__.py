"""Benchmarks of TensorNet. The library itself does not need this package.

The scripts are those that `all.py` lists, and `calibrate.py`, `measure_plans.py`, `overview.py` and
`report.py`. What is measured: `workloads` are single layers, `graphs` builds them, and
`paper_networks` are whole networks. How: `interleaved` times alternatives in turn, `plan_race`
drops the slow ones, `peak_memory` measures memory, `machine` and `roofline` say what the machine is
and could do. `floors` are the speed-ups that are asked for. Nothing here needs the experiments.
"""
