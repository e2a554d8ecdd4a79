"""Ports all scripts of a folder: what one of them needs, another one may tell."""

import os
import traceback

from tensornet.port import copies, files, script, source
from tensornet.port.source_tree import Module, SourceTree


def port(found):
    """Ports the files of the command; everything is read before anything is written.

    Args:
        found: list of files.File.

    Returns:
        List of pairs: the files.File as it is to be written, and a script.Result whose content
        is bytes, or None to copy the file as it is.
    """
    sources, modules, results = {}, {}, {}
    for file in found:
        if file.remark:
            results[file.name] = _look(None, file.remark)
        elif file.is_script:
            try:
                sources[file.name] = source.read(file.path)
            except source.SourceError as error:
                results[file.name] = _look(error.line, str(error))
            else:
                modules[file.name] = Module(file.name.replace(os.sep, '/'), file.path,
                                            sources[file.name].text)
    tree = SourceTree(modules.values())
    tree.treatments = copies.treat(tree, {file.name.replace(os.sep, '/') for file in found})
    pairs = []
    for file in found:
        treatment = _treatment(tree, file)
        at_root = treatment is not None and file.name.replace(os.sep, '/') == treatment.place
        if treatment is not None and treatment.how == copies.LEFT_OUT:
            if at_root:
                pairs.append((file._replace(remark=files.LEFT_OUT), _said(treatment)))
            continue
        result = results.get(file.name, script.Result(None, [], []))
        if file.name in modules and not (treatment and treatment.how == copies.AS_IT_IS):
            result = _port(tree, modules[file.name], sources[file.name])
        if at_root:
            said = _said(treatment)
            result = script.Result(result.content, said.changes + result.changes,
                                   said.looks + result.looks)
        pairs.append((_moved(file, treatment), result))
    return pairs


def _port(tree, module, read):
    try:
        ported = script.port_module(tree, module)
        _check_readable(module, ported.content)
        content = source.encode(read, ported.content) if ported.changes else None
    except Exception as error:
        # A fault of one rule at one script; the others are ported all the same.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f'{os.path.basename(frame.filename)}:{frame.lineno}'
        return _look(None, 'this command failed at the file and copies it as it is '
                           f'({type(error).__name__}: {error}, in {place}); please report it')
    return ported._replace(content=content)


def _check_readable(module, content):
    """Raises where a script that could be read cannot be read any more."""
    if module.tree is not None and content != module.text:
        problem = Module(module.name, module.path, content).problem
        if problem is not None:
            raise problem


def _treatment(tree, file):
    """Returns the Treatment of the copy that a file belongs to, None where there is none."""
    name = file.name.replace(os.sep, '/')
    for treatment in tree.treatments:
        if (name + '/').startswith(treatment.place + '/'):
            return treatment
    return None


def _moved(file, treatment):
    if treatment is None or treatment.how != copies.ASIDE:
        return file
    name = treatment.to + file.name.replace(os.sep, '/')[len(treatment.place):]
    return file._replace(name=name.replace('/', os.sep))


def _said(treatment):
    note = script.Note(None, treatment.said)
    return script.Result(None, [] if treatment.needs_a_look else [note],
                         [note] if treatment.needs_a_look else [])


def _look(line, text):
    return script.Result(None, [], [script.Note(line, text)])
