"""What the package index is told of the library, and what `pip install` installs."""
import os
import re

from setuptools import find_packages, setup

HERE = os.path.dirname(os.path.abspath(__file__))


def read(*path):
    with open(os.path.join(HERE, *path), encoding='utf-8') as file:
        return file.read()


def requirements(*path):
    """Returns the requirements in a file and in those that it names."""
    found = []
    for line in read(*path).splitlines():
        if line.startswith('-r '):
            found += requirements(os.path.normpath(os.path.join(*path[:-1], line[3:].strip())))
        elif line and not line.startswith('#'):
            found.append(line)
    return found


def description():
    """Returns the README without what leads into the repository: an index shows this file alone."""
    text = re.sub(r'!\[[^\]]*\]\((?!https?:)[^)]*\)\n*', '', read('README.md'))
    text = re.sub(r'<!--.*?-->\n*', '', text)
    return re.sub(r'\[([^\]]*)\]\((?!https?:)[^)]*\)', r'\1', text)


about = {}
exec(read('tensornet', 'version.py'), about)

setup(
    # `tensornet` on the index is another project.
    name='tensornet-tf',
    version=about['__version__'],
    description='Tensor Train layers for TensorFlow graphs',
    long_description=description(),
    long_description_content_type='text/markdown',
    license='MIT',
    project_urls={
        'Paper on layers': 'https://arxiv.org/abs/1509.06569',
        'Paper on convolutions': 'https://arxiv.org/abs/1611.03214',
    },
    packages=find_packages(include=['tensornet', 'tensornet.*']),
    package_data={'tensornet': ['py.typed'], 'tensornet.port': ['*.tsv']},
    python_requires='>=3.7',
    install_requires=['tensorflow>=1.15.5', 'numpy', 'six'],
    extras_require={
        'experiments': requirements('experiments', 'requirements.txt'),
        'tests': requirements('tests', 'requirements.txt'),
        'docs': requirements('docs', 'requirements.txt'),
    },
    classifiers=[
        'Intended Audience :: Developers',
        'Intended Audience :: Science/Research',
        'License :: OSI Approved :: MIT License',
        'Operating System :: POSIX :: Linux',
        'Programming Language :: Python :: 3',
        'Programming Language :: Python :: 3 :: Only',
        'Programming Language :: Python :: 3.7',
        'Programming Language :: Python :: 3.9',
        'Programming Language :: Python :: 3.10',
        'Programming Language :: Python :: 3.11',
        'Programming Language :: Python :: 3.12',
        'Programming Language :: Python :: 3.13',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
    ],
)
