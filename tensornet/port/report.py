"""The report of the command."""


def text(found, results, check=False):
    """Returns what was done to each file and what is left to do.

    Args:
        found: list of files.File.
        results: list of script.Result, one for each.
        check: whether nothing was written.
    """
    lines, copied = [], 0
    for file, result in zip(found, results):
        if not file.is_script and not result.looks and not result.changes:
            copied += not file.is_folder
            continue
        lines.append(f'{file.name}: {_status(file, result, check)}')
        notes = [(note, '') for note in result.changes]
        notes += [(note, 'needs a look: ') for note in result.looks]
        for note, kind in sorted(notes, key=lambda pair: (pair[0].line or 0, pair[1])):
            place = f'line {note.line}: ' if note.line else ''
            lines.append(f'    {place}{kind}{note.text}')
    scripts = [result for file, result in zip(found, results) if file.is_script]
    changed = sum(bool(result.changes) for result in scripts)
    counts = (f"{_count(len(scripts), 'script')}: {changed} {'to change' if check else 'changed'}, "
              f'{len(scripts) - changed} unchanged')
    if copied:
        counts += f"; {_count(copied, 'other file')} {'to copy' if check else 'copied'}"
    looks = sum(bool(result.looks) for result in results)
    remaining = f"{_count(looks, 'file')} to look at" if looks else 'nothing needs a look'
    lines.append(f'{counts}; {remaining}')
    return '\n'.join(lines)


def _count(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _status(file, result, check):
    if file.is_folder:
        return 'a folder' + (', needs a look' if result.looks else '')
    status = ('would change' if check else 'changed') if result.changes else 'unchanged'
    return status + (', needs a look' if result.looks else '')
