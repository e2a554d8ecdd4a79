"""Tables of text."""

from __future__ import annotations

from typing import Iterable, List, Tuple

# Its title, and whether it holds numbers.
Column = Tuple[str, bool]


def text_table(columns: List[Column], rows: List[List[str]]) -> List[str]:
    """Returns the lines of a table for a terminal, with a line of titles.

    Args:
        columns: list of pairs: the title of a column, and whether it holds numbers.
        rows: list of lists of strings.
    """
    widths = [max(map(len, cells)) for cells in zip(_titles(columns), *rows)]
    return ['  '.join(cell.rjust(width) if is_number else cell.ljust(width)
                      for cell, width, (_, is_number) in zip(row, widths, columns)).rstrip()
            for row in [_titles(columns)] + rows]


def markdown_table(columns: List[Column], rows: List[List[str]]) -> List[str]:
    """Returns the lines of the same table as Markdown."""
    rule = ['---:' if is_number else ':---' for _, is_number in columns]
    lines = [' | '.join(cell.replace('|', '\\|') for cell in row)
             for row in [_titles(columns), rule] + rows]
    return [f'| {line} |' for line in lines]


def with_content(columns: List[Column],
                 rows: List[List[str]]) -> Tuple[List[Column], List[List[str]]]:
    """Returns columns and rows without the columns in which all cells are empty."""
    kept = [k for k in range(len(columns)) if any(row[k] for row in rows)]
    return [columns[k] for k in kept], [[row[k] for k in kept] for row in rows]


def joined(sizes: Iterable[int]) -> str:
    """Returns modes or a shape for a cell, such as '4x8x8'."""
    return 'x'.join(map(str, sizes))


def _titles(columns):
    return [title for title, _ in columns]
