"""Runs notebooks and stores what they print and draw in them.

    python docs/site/run_notebook.py docs/notebooks/*.ipynb

Code is plain Python, so no Jupyter is needed. The working folder is that of the notebook.
"""
import base64
import contextlib
import io
import json
import os
import sys

import matplotlib

matplotlib.use('Agg')
import matplotlib.pyplot as plt  # noqa: E402

from tensornet.whole_file import write_text  # noqa: E402


def main(paths):
    """Runs the notebooks one after another."""
    for path in paths:
        notebook = executed(path)
        write_text(path, json.dumps(notebook, indent=1, ensure_ascii=False) + '\n')


def executed(path):
    """Returns a notebook with the outputs of its cells, run in order.

    Args:
        path: the notebook; its folder is the working folder meanwhile.

    Raises:
        Exception: what a cell raised.
    """
    with open(path, encoding='utf-8') as file:
        notebook = json.load(file)
    names, before = {'__name__': '__main__'}, os.getcwd()
    os.chdir(os.path.dirname(os.path.abspath(path)))
    try:
        for count, cell in enumerate(code_cells(notebook), 1):
            source = ''.join(cell['source'])
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(source, f'{path}, cell {count}', 'exec'), names)
            cell['execution_count'] = count
            cell['outputs'] = _outputs(printed.getvalue())
    finally:
        os.chdir(before)
        plt.close('all')
    return notebook


def code_cells(notebook):
    """Returns the cells of code, in order."""
    return [cell for cell in notebook['cells'] if cell['cell_type'] == 'code']


def _outputs(printed):
    """What a cell has printed and drawn, as notebooks keep it."""
    outputs = []
    if printed:
        outputs.append({'output_type': 'stream', 'name': 'stdout',
                        'text': printed.splitlines(True)})
    for number in plt.get_fignums():
        picture = io.BytesIO()
        plt.figure(number).savefig(picture, format='png', dpi=80, bbox_inches='tight')
        outputs.append({'output_type': 'display_data', 'metadata': {},
                        'data': {'image/png': base64.b64encode(picture.getvalue()).decode()}})
    plt.close('all')
    return outputs


if __name__ == '__main__':
    main(sys.argv[1:])
