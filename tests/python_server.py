"""A process that imports TensorFlow and Matplotlib, and then forks the programs asked for.

    python tests/python_server.py SOCKET

It runs until the other end of the socket is closed, thus no longer than who started it.
"""
import array
import ctypes
import gc
import io
import json
import os
import runpy
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import types

_LENGTH = struct.Struct('=I')
_ID = struct.Struct('=i')
_FILES = 3
_SET_CHILD_SUBREAPER = 36  # of Linux' prctl


class Server:
    """The process, as the one that started it sees it.

    Args:
        variables: dict of variables of its environment that differ from those of this process.
    """

    def __init__(self, variables):
        self._log = tempfile.TemporaryFile()
        self._socket, other_end = socket.socketpair()
        environment = dict(os.environ, **variables)
        environment.pop('PYTHONPATH', None)
        with other_end:
            self._process = subprocess.Popen(
                [sys.executable, os.path.abspath(__file__), str(other_end.fileno())],
                env=environment, pass_fds=[other_end.fileno()], stdin=subprocess.DEVNULL,
                stdout=self._log, stderr=self._log)

    def is_alive(self):
        return self._process.poll() is None

    def close(self):
        """Ends the server; the programs go on."""
        self._socket.close()
        self._process.wait()
        self._log.close()

    def start(self, files, **program):
        """Starts a program; returns the number of its process, a child of this one.

        Args:
            files: numbers of this process's files that are its standard input, output and error.
            program: `arguments`, `folder`, `environment`, `in_new_session`, `ignores_interrupts`.

        Raises:
            RuntimeError: the server ended.
        """
        text = json.dumps(program).encode()
        # The process between the server and the program ends at once; the next of their ancestors
        # that says so then is the program's parent. Outside of that time orphans go where they do.
        _set_subreaper(True)
        try:
            self._socket.sendmsg([_LENGTH.pack(len(text))],
                                 [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', files))])
            self._socket.sendall(text)
            return _ID.unpack(_receive(self._socket, _ID.size))[0]
        except OSError as error:
            self._log.seek(0)
            log = self._log.read().decode('utf-8', 'replace')
            raise RuntimeError(f'the prepared Python ended: {log}') from error
        finally:
            _set_subreaper(False)


def _set_subreaper(value):
    if ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, int(value), 0, 0, 0):
        raise OSError(ctypes.get_errno(), 'prctl')


def _receive(connection, size):
    """Returns as many bytes; raises ConnectionError where the other end is closed before."""
    received = b''
    while len(received) < size:
        part = connection.recv(size - len(received))
        if not part:
            raise ConnectionError('closed')
        received += part
    return received


def _serve(connection):
    """Returns in each program's process what it is to run, and None when the socket is closed."""
    while True:
        files = array.array('i')
        try:
            length, ancillary, _, _ = connection.recvmsg(
                _LENGTH.size, socket.CMSG_SPACE(_FILES * files.itemsize))
            if not length:
                return None
            program = json.loads(_receive(connection, _LENGTH.unpack(length)[0]).decode())
        except ConnectionError:
            return None
        files.frombytes(ancillary[0][2])
        reading, writing = os.pipe()
        between = os.fork()
        if not between:
            parent = os.getpid()
            child = os.fork()
            if not child:
                # A program may remember its parent, to end with it.
                while os.getppid() == parent:
                    time.sleep(0.001)
                for file in (reading, writing, connection.fileno()):
                    os.close(file)
                connection.detach()
                _settle(program, files)
                return program['arguments']
            os.write(writing, _ID.pack(child))
            os._exit(0)
        os.close(writing)
        for file in files:
            os.close(file)
        # By then the program is the child of the process that asked for it.
        os.waitpid(between, 0)
        connection.sendall(os.read(reading, _ID.size))
        os.close(reading)


def _settle(program, files):
    """Gives this process the files, folder and environment of the program."""
    for standard, file in enumerate(files):
        os.dup2(file, standard)
    for file in files:
        os.close(file)
    if program['in_new_session']:
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN if program['ignores_interrupts']
                  else signal.default_int_handler)
    os.chdir(program['folder'])
    environment = program['environment']
    os.environ.clear()
    os.environ.update(environment)
    sys.dont_write_bytecode = bool(environment.get('PYTHONDONTWRITEBYTECODE'))
    _open_streams(environment.get('PYTHONIOENCODING') or sys.stdout.encoding,
                  bool(environment.get('PYTHONUNBUFFERED')))
    sys.path[:0] = [folder or program['folder']
                    for folder in environment.get('PYTHONPATH', '').split(os.pathsep)
                    if environment.get('PYTHONPATH')]


def _open_streams(encoding, is_unbuffered):
    """Makes Python's standard streams anew, which know what their files were before."""
    sys.stdin = sys.__stdin__ = open(0, encoding=encoding, closefd=False)
    out, err = (open(number, 'wb', 0 if is_unbuffered else -1, closefd=False) for number in (1, 2))
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(
        out, encoding, write_through=is_unbuffered, line_buffering=os.isatty(1))
    sys.stderr = sys.__stderr__ = io.TextIOWrapper(
        err, encoding, 'backslashreplace', write_through=is_unbuffered, line_buffering=True)


def _run(arguments):
    """Runs the program, as Python does that is started with the arguments."""
    first, *rest = arguments
    sys.modules['__main__'] = main = types.ModuleType('__main__')
    main.__dict__['__builtins__'] = __builtins__
    if first == '-m':
        sys.argv[:] = rest
        sys.path.insert(0, os.getcwd())
        runpy.run_module(rest[0], run_name='__main__', alter_sys=True)
    elif first == '-c':
        sys.argv[:] = ['-c'] + rest[1:]
        sys.path.insert(0, '')
        exec(compile(rest[0], '<string>', 'exec'), main.__dict__)
    else:
        sys.argv[:] = arguments
        sys.path.insert(0, os.path.dirname(os.path.realpath(first)))
        # Since Python 3.9 it is absolute.
        main.__file__ = os.path.abspath(first) if sys.version_info >= (3, 9) else first
        with open(first, 'rb') as file:
            code = compile(file.read(), main.__file__, 'exec')
        exec(code, main.__dict__)


def _main():
    # The folder of this file, which is no package's.
    del sys.path[0]
    # Ctrl-C is for the tests and their programs.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.set_inheritable(False)
    # No program is to find what Keras keeps, nor to open a window.
    keras_home = os.environ['KERAS_HOME'] = tempfile.mkdtemp()
    os.environ['MPLBACKEND'] = 'agg'
    # Most scripts draw a picture at their end.
    import matplotlib.backends.backend_agg  # noqa: F401
    import matplotlib.figure  # noqa: F401
    import numpy as np
    import tensorflow.compat.v1  # noqa: F401
    # What is there is not to be looked through, and so copied, in each program.
    gc.collect()
    gc.freeze()
    arguments = _serve(connection)
    if arguments is None:
        shutil.rmtree(keras_home, ignore_errors=True)
        return
    # All programs would draw the same numbers.
    np.random.seed()
    _run(arguments)


if __name__ == '__main__':
    _main()
