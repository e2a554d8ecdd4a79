"""The experiments of the TensorNet papers. The library itself does not need this package.

    mnist, cifar10_conv, vgg, ...     an experiment each: scripts, flags, recipe, network, reports
              |
           cluster                    the part of a process in a training on several machines
              |
           common                     data sets, flags, the training loop, runs and their files
              |
    benchmarks.interleaved, .peak_memory, tensornet

What is above imports what is below. A script says with `common.script` what it does first and last;
its flags, and all that it imports at its top, need no TensorFlow. A recipe says how networks are
trained: `train_network` takes what is trained, `Options` that decide the results, and `RunOptions`
that say where the run lies and how it is carried out. `common.training` makes the steps,
`common.run` keeps the run's folder.
"""
