"""A folder of small Python modules."""
import os

SOURCE = '''"""Module {number}."""
import os

LIMIT_{number} = {number}


def area(width, height):
    # A comment.
    if width > {number}:
        raise ValueError('too wide')
    return width * height
'''


def write_sources(folder, count=40):
    """Writes modules `part_<number % 4>/module_<number>.py`, of which some are held out."""
    for number in range(count):
        part = os.path.join(folder, f'part_{number % 4}')
        os.makedirs(part, exist_ok=True)
        with open(os.path.join(part, f'module_{number}.py'), 'w') as file:
            file.write(SOURCE.format(number=number))
