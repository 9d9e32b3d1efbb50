"""Takes away from an interpreter on Linux what one on macOS lacks: a fake, as far as names can show it."""

import builtins
import os
import resource
import select
import signal
import socket
import sys
import sysconfig
import types

LACKING = {
    os: (
        *("memfd_create", "pidfd_open", "pipe2", "waitid", "sched_setaffinity", "sched_getaffinity", "posix_fadvise"),
        *("posix_fallocate", "O_PATH", "O_TMPFILE", "getresuid", "setresuid", "getxattr", "listxattr", "setxattr"),
        *("fdatasync", "splice", "copy_file_range", "eventfd", "unshare", "setns", "sched_setscheduler", "WEXITED"),
        *("WNOWAIT", "P_ALL", "P_PIDFD"),
    ),
    socket: ("SO_PEERCRED", "SOCK_CLOEXEC", "SOCK_NONBLOCK", "MSG_CMSG_CLOEXEC", "SOCK_SEQPACKET"),
    select: ("epoll",),
    signal: ("pidfd_send_signal", "sigtimedwait", "sigwaitinfo"),
    resource: ("prlimit", "RUSAGE_THREAD", "RLIMIT_SIGPENDING"),
}


def _refuse_space(setrlimit):
    def refusing(which, limits):
        if which == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        setrlimit(which, limits)

    return refusing


def _without_proc(call):
    def missing(path, *args, **kwargs):
        text = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        if text.startswith("/proc"):
            raise FileNotFoundError(2, "No such file or directory", text)
        return call(path, *args, **kwargs)

    return missing


for module, names in LACKING.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
resource.setrlimit = _refuse_space(resource.setrlimit)
builtins.open, os.open, os.scandir, os.listdir = map(_without_proc, (builtins.open, os.open, os.scandir, os.listdir))
# Where macOS keeps its proxies; there are none.
sys.modules["_scproxy"] = types.ModuleType("_scproxy")
sys.modules["_scproxy"].__dict__.update(_get_proxies=dict, _get_proxy_settings=dict)
sysconfig.get_config_vars()  # read from a file that is named for the system
sys.platform = "darwin"
