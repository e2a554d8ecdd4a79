"""What lies in a folder, to see that nothing there changes."""

import os


def folder_contents(folder):
    """Returns a dict from the files below a folder to what they hold and when that was written."""
    found = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            with open(path, 'rb') as file:
                found[os.path.relpath(path, folder)] = file.read(), os.stat(path).st_mtime_ns
    return found
