"""The files of a report: a table, what it was made from, and a picture.

Nothing here imports TensorFlow.
"""
import os

from tensornet.whole_file import write_json, write_text


def write_report(folder, stem, text, results, figure=None):
    """Writes STEM.md, STEM.json and, where there is a picture, STEM.png, each atomically.

    Args:
        folder: the folder, created where missing.
        stem: what the files are called.
        text: the table, Markdown text.
        results: JSON values.
        figure: a `matplotlib.figure.Figure`, or None.

    Returns:
        A line of text that says where the files are.
    """
    os.makedirs(folder, exist_ok=True)
    names = [f'{stem}.md', f'{stem}.json']
    write_text(os.path.join(folder, names[0]), text)
    write_json(os.path.join(folder, names[1]), results)
    if figure is not None:
        # Only here: loading what draws takes a moment.
        from experiments.common.figures import save_figure
        names.append(f'{stem}.png')
        save_figure(figure, os.path.join(folder, names[2]))
    return f'{", ".join(names[:-1])} and {names[-1]} are in {folder}'
