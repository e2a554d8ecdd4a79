import os

from setuptools import find_packages, setup

HERE = os.path.dirname(os.path.abspath(__file__))


def read(*path):
    with open(os.path.join(HERE, *path), encoding='utf-8') as file:
        return file.read()


about = {}
exec(read('tensornet', 'version.py'), about)

setup(
    name='tensornet',
    version=about['__version__'],
    description='Tensor Train layers for TensorFlow graphs',
    long_description=read('README.md'),
    long_description_content_type='text/markdown',
    license='MIT',
    packages=find_packages(include=['tensornet', 'tensornet.*']),
    package_data={'tensornet.port': ['*.tsv']},
    python_requires='>=3.7',
    install_requires=['tensorflow>=1.15.5', 'numpy', 'six'],
    classifiers=[
        'Intended Audience :: Science/Research',
        'Operating System :: OS Independent',
        'Programming Language :: Python :: 3',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
    ],
)
