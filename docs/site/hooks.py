"""What the site is besides the pages in docs/.

- Files elsewhere in the repository that pages link to are part of it, under their own paths.
- Notebooks become pages.
- `::: tensornet.layers.tt` documents what `tensornet.layers` exports under that name, which
  mkdocstrings would take for the module of the same name.
"""
import ast
import base64
import functools
import json
import os
import posixpath
import re

from mkdocs.structure.files import File

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINK = re.compile(r'(!?\[[^\]]*\]\()([^)\s#]+)((?:#[^)\s]*)?\))')


def on_files(files, config):
    """Adds files that are linked to, and those that they link to."""
    waiting = [file.src_uri for file in files.documentation_pages()]
    waiting += [name for name in _pages_of(config['nav']) if files.get_file_from_path(name) is None]
    while waiting:
        name = waiting.pop()
        if files.get_file_from_path(name) is None:
            _add(name, files, config)
        if name.endswith('.md'):
            with open(_path_of(name), encoding='utf-8') as file:
                targets = [_name_of(target, name) for _, target, _ in LINK.findall(file.read())
                           if _is_relative(target)]
            waiting += [target for target in targets
                        if files.get_file_from_path(target) is None
                        and os.path.isfile(_path_of(target))]
    for file in list(files):
        if file.src_uri.endswith('.ipynb'):
            _make_page(file, files, config)
    return files


def on_config(config):
    """Lets the navigation name notebooks."""
    config['nav'] = json.loads(json.dumps(config['nav']).replace('.ipynb', '.md'))
    return config


def on_page_markdown(markdown, page, config, files):
    """Turns links between folders of the repository into links of the site."""
    name = page.file.src_uri

    def replace(match):
        target = match.group(2)
        if not _is_relative(target):
            return match.group(0)
        target = _name_of(target, name)
        if os.path.isdir(_path_of(target)):
            return re.sub(r'^!?\[(.*)\]\($', r'\1', match.group(1))  # a site shows no folders
        target = posixpath.relpath(target, posixpath.dirname(name) or '.')
        return match.group(1) + target.replace('.ipynb', '.md') + match.group(3)

    parts = re.split(r'(^```.*?^```$)', markdown, flags=re.MULTILINE | re.DOTALL)
    parts[::2] = [re.sub(r'^::: (\S+)$', _documented, LINK.sub(replace, part), flags=re.MULTILINE)
                  for part in parts[::2]]
    return ''.join(parts)


def _is_relative(target):
    return not re.match(r'[a-z]+:|/|#', target)


def _path_of(name):
    """The path of a file of the site in the repository."""
    below = os.path.join(ROOT, 'docs', name)
    for path in (below, re.sub(r'\.md$', '.ipynb', below)):
        if os.path.exists(path):
            return path
    return os.path.join(ROOT, name)


def _name_of(target, page):
    """The name in the site of a file that a page links to."""
    path = os.path.relpath(
        os.path.normpath(os.path.join(os.path.dirname(_path_of(page)), target)), ROOT)
    return re.sub('^docs/', '', path.replace(os.sep, '/'))


def _pages_of(nav):
    """The files that a navigation names."""
    if isinstance(nav, str):
        return [nav]
    return [name for part in (nav.values() if isinstance(nav, dict) else nav)
            for name in _pages_of(part)]


def _add(name, files, config):
    path = _path_of(name)
    # A page that is missing is MkDocs' own error, and notebooks become pages below.
    if os.path.exists(path) and not path.endswith('.ipynb'):
        files.append(File.generated(config, name, abs_src_path=path))


def _make_page(notebook, files, config):
    """Turns a notebook into a page of text, code, output and pictures."""
    with open(notebook.abs_src_path, encoding='utf-8') as file:
        cells = json.load(file)['cells']
    name = notebook.src_uri[:-len('.ipynb')]
    title, *rest = cells
    parts = [''.join(title['source']),
             f'[Download the notebook]({posixpath.basename(name)}.ipynb){{ download }}']
    pictures = 0
    for cell in rest:
        source = ''.join(cell['source'])
        parts.append(source if cell['cell_type'] == 'markdown' else _fenced('python', source))
        for output in cell.get('outputs', []):
            data = output.get('data', {})
            if 'image/png' in data:
                pictures += 1
                picture = f'{name}_{pictures}.png'
                files.append(File.generated(config, picture,
                                            content=base64.b64decode(data['image/png'])))
                parts.append(f'![]({posixpath.basename(picture)})')
            else:
                parts.append(_fenced('text', ''.join(output['text'])))
    files.append(File.generated(config, name + '.md', content='\n\n'.join(parts)))


def _fenced(language, text):
    return f'```{language}\n{text.rstrip()}\n```'


def _documented(match):
    """Names the definition behind a public name, and keeps the public name as its title."""
    name = match.group(1)
    package, _, attribute = name.rpartition('.')
    return (f'::: {_definitions(package).get(attribute, name)}\n    options:\n'
            f'      heading: "{name}"\n      toc_label: "{attribute}"')


@functools.lru_cache(maxsize=None)
def _definitions(package):
    """The full names of what a package imports, by the names that it gives them."""
    return {name: _origin(full) for name, full in _imported(package).items()}


def _origin(name):
    """Follows a name through the modules that import it, to the one that defines it."""
    module, _, attribute = name.rpartition('.')
    further = _imported(module).get(attribute)
    return _origin(further) if further else name


def _imported(module):
    """The full names of what a module of the library imports, by the names that it gives them."""
    path = os.path.join(ROOT, *module.split('.'))
    path = path + '.py' if os.path.exists(path + '.py') else os.path.join(path, '__init__.py')
    if not os.path.exists(path):
        return {}
    with open(path, encoding='utf-8') as file:
        body = ast.parse(file.read()).body
    # What a package imports on demand only, it names below a condition for those who read it.
    body += [inner for statement in body if isinstance(statement, ast.If)
             for inner in statement.body]
    return {alias.asname or alias.name: f'{statement.module}.{alias.name}'
            for statement in body if isinstance(statement, ast.ImportFrom)
            for alias in statement.names}
