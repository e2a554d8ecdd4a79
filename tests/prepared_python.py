"""Starting programs of Python in a process that has TensorFlow loaded.

Importing TensorFlow takes seconds of a processor, and hundreds of tests run programs. `Popen`,
`run` and `check_output` are those of `subprocess`, but a program of this Python, be it a script,
`-m` or `-c`, runs in the fork of a process that has imported TensorFlow and done nothing else. It
is a child of the process that starts it, with its folder, arguments, environment and files; only
Keras' folder is empty, and TensorFlow's log shows no warnings, whatever TF_CPP_MIN_LOG_LEVEL is.

All else starts as ever: other commands, options that a fork cannot have, and programs whose
environment differs in a variable that is read when Python starts or TensorFlow is imported. Tests
of what imports do use `subprocess` itself.
"""
import atexit
import inspect
import os
import signal
import subprocess
import sys
import threading

from tests.python_server import Server

# How the names of variables begin that are read when Python starts or TensorFlow is imported, ...
_AT_IMPORT = ('ABSL_', 'CUDA_', 'DNNL_', 'GRPC_', 'KMP_', 'LANG', 'LC_', 'LD_', 'MALLOC_', 'MKL_',
              'OMP_', 'ONEDNN_', 'OPENBLAS_', 'PYTHON', 'TENSORFLOW', 'TF_', 'XLA_')
# ... those among them that the fork sets, ...
_SET_IN_FORK = ('PYTHONPATH', 'PYTHONIOENCODING', 'PYTHONDONTWRITEBYTECODE')
# ... and the values of TensorFlow's log level that are as good as the server's: the tests' own,
# that of scripts, and none, where scripts set their own.
_LOG_LEVEL = 'TF_CPP_MIN_LOG_LEVEL'
_QUIET = (None, '2', '3')
# Options of `subprocess.Popen` that a fork does not have, and flags of Python that it does.
_UNABLE = ('executable', 'preexec_fn', 'shell', 'pass_fds')
_FLAGS = ('-c', '-m')

PIPE, DEVNULL, STDOUT = subprocess.PIPE, subprocess.DEVNULL, subprocess.STDOUT

_servers = {}
_lock = threading.Lock()


class Popen(subprocess.Popen):
    """As `subprocess.Popen`."""

    # Only how a process is started differs, which `subprocess` has no public place for.
    def _execute_child(self, *arguments, **options):
        start = super()._execute_child
        given = inspect.signature(start).bind(*arguments, **options).arguments
        environment = dict(os.environ if given['env'] is None else given['env'])
        if not _is_able(given, environment):
            start(*arguments, **options)
            return
        files = [file if file != -1 else standard for standard, file in
                 enumerate((given['p2cread'], given['c2pwrite'], given['errwrite']))]
        with _lock:
            self.pid = _server().start(
                files, arguments=[os.fsdecode(argument) for argument in given['args'][1:]],
                folder=os.path.abspath(os.fspath(given['cwd'] or os.curdir)),
                environment=environment, in_new_session=bool(given['start_new_session']),
                ignores_interrupts=signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
        self._child_created = True
        devnull = getattr(self, '_devnull', None)
        for theirs, ours in (('p2cread', 'p2cwrite'), ('c2pwrite', 'c2pread'),
                             ('errwrite', 'errread')):
            if given[theirs] not in (-1, devnull) and given[ours] != -1:
                os.close(given[theirs])
        if devnull is not None:
            os.close(devnull)
        self._closed_child_pipe_fds = True


def run(arguments, input=None, timeout=None, check=False, capture_output=False, **options):
    """As `subprocess.run`."""
    if input is not None:
        options['stdin'] = PIPE
    if capture_output:
        options.update(stdout=PIPE, stderr=PIPE)
    with Popen(arguments, **options) as process:
        try:
            out, err = process.communicate(input, timeout)
        except BaseException:
            process.kill()
            raise
    done = subprocess.CompletedProcess(arguments, process.returncode, out, err)
    if check:
        done.check_returncode()
    return done


def check_output(arguments, **options):
    """As `subprocess.check_output`."""
    return run(arguments, stdout=PIPE, check=True, **options).stdout


def _is_able(given, environment):
    arguments = given['args']
    return (sys.platform == 'linux' and not isinstance(arguments, (str, bytes))
            and arguments[0] == sys.executable and len(arguments) > 1
            and (arguments[1] in _FLAGS or not arguments[1].startswith('-'))
            and not any(given.get(name) for name in _UNABLE)
            and _read_at_import(environment) == _read_at_import(os.environ))


def _read_at_import(environment):
    """The variables that a program needs to share with the server, a dict."""
    read = {name: value for name, value in environment.items()
            if name.startswith(_AT_IMPORT) and name not in _SET_IN_FORK}
    if read.get(_LOG_LEVEL) in _QUIET:
        read.pop(_LOG_LEVEL, None)
    return read


def _server():
    # Tests may change their environment; a fork of them has no server of its own.
    key = (os.getpid(), tuple(sorted(_read_at_import(os.environ).items())))
    if key not in _servers or not _servers[key].is_alive():
        if not _servers:
            atexit.register(_close)
        _servers[key] = Server(dict({_LOG_LEVEL: '3'}, **_read_at_import(os.environ)))
    return _servers[key]


def _close():
    for (pid, _), server in _servers.items():
        if pid == os.getpid():
            server.close()
