"""Draws the pictures of plans and of cores in docs/images.

    python docs/site/pictures.py

The pictures are readable in grey.
"""
import os

import matplotlib

matplotlib.use('Agg')
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.patches import Circle, FancyBboxPatch  # noqa: E402

IMAGES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'images')
CORE, FILTERS, BATCH = '0.78', '0.55', 'white'


def main():
    """Draws all pictures."""
    plt.rcParams.update({'font.size': 10, 'svg.fonttype': 'path', 'svg.hashsalt': 'tensornet'})
    for name, draw in (('plan_chain', draw_chain), ('plan_groups', draw_groups),
                       ('plan_ends', draw_ends), ('cores_tt', draw_tt),
                       ('cores_tt_embedding', draw_tt_embedding), ('cores_gates', draw_gates),
                       ('cores_tt_conv', draw_tt_conv),
                       ('cores_tt_conv_direct', draw_tt_conv_direct)):
        figure = draw()
        figure.savefig(os.path.join(IMAGES, name + '.svg'), metadata={'Date': None},
                       facecolor='white', bbox_inches='tight', pad_inches=0.05)
        plt.close(figure)


def draw_chain():
    """The contraction core by core, with the size of what lies between."""
    figure, axis = _canvas(9.5, 2.1)
    states = ['batch', 'state 1', 'state 2', 'state 3', 'out']
    sizes = ['1024', '8 × 1024', '8 × 1024', '8 × 1024', '1024']
    for k, (state, size) in enumerate(zip(states, sizes)):
        _box(axis, 2.3 * k, 0, 1.25, 0.8, BATCH, state)
        axis.text(2.3 * k, -0.62, size, ha='center', fontsize=9)
        if k < 4:
            _core(axis, 2.3 * k + 1.15, 1, f'G{k + 1}')
            _arrow(axis, 2.3 * k + 0.65, 0, 2.3 * k + 1.65, 0)
            axis.plot([2.3 * k + 1.15] * 2, [0.05, 0.72], color='black', linewidth=1)
    axis.text(-0.9, -0.62, 'for\na sample:', ha='right', va='center', fontsize=9)
    return figure


def draw_groups():
    """The same product with two groups of merged cores."""
    figure, axis = _canvas(9.5, 2.4)
    for k in range(2):
        left = 3.4 * k + 1.25
        for j in range(2):
            _core(axis, left + j * 0.9, 1.35, f'G{2 * k + j + 1}')
        axis.plot([left + 0.29, left + 0.61], [1.35, 1.35], color='black', linewidth=1)
        axis.add_patch(FancyBboxPatch((left - 0.42, 0.95), 1.74, 0.8, linestyle='--', fill=False,
                                      boxstyle='round,pad=0.03', linewidth=1))
        axis.text(left + 0.45, 1.93, 'merged', ha='center', fontsize=9)
        axis.plot([left + 0.45] * 2, [0.05, 0.92], color='black', linewidth=1)
    for k, (state, size) in enumerate(zip(['batch', 'state', 'out'],
                                          ['1024', '8 × 1024', '1024'])):
        _box(axis, 3.4 * k, 0, 1.25, 0.8, BATCH, state)
        axis.text(3.4 * k, -0.62, size, ha='center', fontsize=9)
        if k < 2:
            _arrow(axis, 3.4 * k + 0.65, 0, 3.4 * k + 2.75, 0)
    axis.text(-0.9, -0.62, 'for\na sample:', ha='right', va='center', fontsize=9)
    return figure


def draw_ends():
    """Where a contraction may start: at the left or at the right end of what is left."""
    figure, axes = plt.subplots(1, 3, figsize=(9.5, 2.3))
    titles = ['a batch and its cores', 'first from the left', 'first from the right']
    for axis, title, done in zip(axes, titles, (None, 0, 3)):
        axis.set_aspect('equal')
        axis.axis('off')
        _box(axis, 1.5, -1.1, 3.8, 0.62, BATCH, 'batch')
        for k in range(4):
            _core(axis, k, 0, f'G{k + 1}', BATCH if k == done else CORE)
            axis.plot([k, k], [-0.78, -0.29], color='black', linewidth=1)
            axis.plot([k, k], [0.29, 0.72], color='black', linewidth=1)
            if k:
                axis.plot([k - 0.71, k - 0.29], [0, 0], color='black', linewidth=1)
        if done is not None:
            axis.add_patch(FancyBboxPatch((done - 0.42, -1.5), 0.84, 1.95, fill=False,
                                          boxstyle='round,pad=0.03', linestyle='--', linewidth=1.2))
        axis.set_title(title, fontsize=10)
        axis.set_xlim(-0.7, 3.7)
        axis.set_ylim(-1.7, 0.85)
    figure.tight_layout()
    return figure


def draw_tt():
    """A TT-matrix of four cores."""
    figure, axis = _canvas(7.5, 1.9)
    _row(axis, 0, [f'G{k + 1}' for k in range(4)], [
        (f'i{k + 1}', f'o{k + 1}') for k in range(4)], ['r1', 'r2', 'r3'])
    return figure


def draw_tt_embedding():
    """A table in the TT format: modes of the vocabulary below, of a row above."""
    figure, axis = _canvas(7.5, 1.9)
    _row(axis, 0, [f'G{k + 1}' for k in range(4)], [
        (f'v{k + 1}', f'e{k + 1}') for k in range(4)], ['r1', 'r2', 'r3'])
    return figure


def draw_gates():
    """A TT-matrix for all gates of a recurrent cell."""
    figure, axis = _canvas(7.5, 1.9)
    _row(axis, 0, [f'G{k + 1}' for k in range(4)], [
        (f'i{k + 1}', 'gates · h1' if k == 0 else f'h{k + 1}') for k in range(4)],
        ['r1', 'r2', 'r3'])
    return figure


def draw_tt_conv():
    """The filters and the TT-matrix of a TT-convolution."""
    figure, axis = _canvas(8.3, 1.9)
    _core(axis, 0, 0, 'F', FILTERS)
    axis.text(0, 0.95, 'y', ha='center')
    axis.text(0.0, -1.12, 'x', ha='center')
    axis.plot([0, 0], [0.29, 0.8], color='black', linewidth=1)
    axis.plot([0, 0], [-0.8, -0.29], color='black', linewidth=1)
    axis.plot([0.29, 1.21], [0, 0], color='black', linewidth=1)
    axis.text(0.75, 0.1, 'r0', ha='center', fontsize=9)
    _row(axis, 1.5, [f'G{k + 1}' for k in range(3)], [
        (f'c{k + 1}', f'o{k + 1}') for k in range(3)], ['r1', 'r2'])
    return figure


def draw_tt_conv_direct():
    """A kernel whose four axes are the modes of a train."""
    figure, axis = _canvas(7.5, 1.5)
    _row(axis, 0, ['G1', 'G2', 'G3', 'G4'], [('y', ''), ('x', ''), ('c', ''), ('o', '')],
         ['r1', 'r2', 'r3'])
    return figure


def _row(axis, start, names, modes, bonds):
    """Draws cores side by side: bonds between them, input modes below, output modes above."""
    for k, (name, (below, above)) in enumerate(zip(names, modes)):
        place = start + 1.5 * k
        _core(axis, place, 0, name)
        for text, sign in ((below, -1), (above, 1)):
            if text:
                axis.plot([place] * 2, [sign * 0.29, sign * 0.8], color='black', linewidth=1)
                axis.text(place, sign * 1.02, text, ha='center', va='center')
        if k:
            axis.plot([place - 1.21, place - 0.29], [0, 0], color='black', linewidth=1)
            axis.text(place - 0.75, 0.1, bonds[k - 1], ha='center', fontsize=9)


def _canvas(width, height):
    figure, axis = plt.subplots(figsize=(width, height))
    axis.set_aspect('equal')
    axis.axis('off')
    return figure, axis


def _core(axis, x, y, text, colour=CORE):
    axis.add_patch(Circle((x, y), 0.29, facecolor=colour, edgecolor='black', zorder=2))
    axis.text(x, y, text, ha='center', va='center', fontsize=9, zorder=3)


def _box(axis, x, y, width, height, colour, text):
    axis.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height,
                                  boxstyle='round,pad=0.02', facecolor=colour, edgecolor='black'))
    axis.text(x, y, text, ha='center', va='center')


def _arrow(axis, x, y, to_x, to_y):
    axis.annotate('', (to_x, to_y), (x, y), arrowprops={'arrowstyle': '-|>', 'color': 'black'})


if __name__ == '__main__':
    main()
