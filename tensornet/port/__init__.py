"""Ports TensorFlow 1 scripts that use TensorNet: `python -m tensornet.port SCRIPT --out DIR`.

`tensornet.port.script.port` ports the text of one script. `tensornet.port.equivalents` holds what
ported scripts import. Nothing else in the library imports this package.

How the parts work together:

- `files` finds the scripts and writes the results; `project` ports all scripts of a folder.
- `source_tree` reads the scripts together: a `Module` for each, and which of them imports which.
- `script` applies the rules to a script, one module for each rule, each with a function `port`.
- `ported_script` is what a rule sees of a script and does to it.
- `spans`, `edits` and `bindings` are the syntax layer: where a piece of the script begins and
  ends, what is to be written in its place, and what a name in it stands for.

The syntax layer is written by hand, on `ast` and `tokenize`, although libraries such as LibCST
do the same. There are three reasons:

- It has to run where the scripts run, which may be Python 3.7 with TensorFlow 1.15 (LibCST 1.9
  needs Python 3.9), with no packages but those of the library.
- It has to read files that are not Python 3 throughout: with lines that only Python 2 can read,
  magic commands of notebooks, or tabs mixed with spaces. A parser of Python 3 refuses the whole
  file. Here such lines are hidden from the parser, and the other lines are ported.
- Every byte that no rule changes has to stay the same, line ends and encoding included. So the
  rules replace pieces of the original text, and no tree is ever turned back into text.

The layer does only what the present rules need. Add nothing to it: leave out a rule that needs it
to do more.
"""
