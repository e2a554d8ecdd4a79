"""Ports TensorFlow 1 scripts that use TensorNet: `python -m tensornet.port SCRIPT --out DIR`.

`tensornet.port.script.port` ports the text of one script; `tensornet.port.equivalents` holds what
ported scripts import.
"""
