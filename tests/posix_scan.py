"""Finds in a source what Windows does not have, and text files without a named encoding."""

from __future__ import annotations

import ast
from collections.abc import Iterator

POSIX_MODULES = {
    "crypt", "fcntl", "grp", "nis", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty",
}  # fmt: skip
POSIX_NAMES = {
    "os": {
        "chown", "chroot", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid",
        "getgroups", "getloadavg", "getpgid", "getpgrp", "getpriority", "getsid", "getuid",
        "initgroups", "killpg", "lchown", "mkfifo", "mknod", "nice", "openpty", "pread", "pwrite",
        "sched_getaffinity", "sched_setaffinity", "sendfile", "setegid", "seteuid", "setgid",
        "setpgid", "setpriority", "setsid", "setuid", "statvfs", "sync", "sysconf", "tcgetpgrp",
        "ttyname", "uname", "wait", "wait3", "wait4", "waitid", "WNOHANG", "O_NOFOLLOW",
        "O_DIRECTORY", "O_CLOEXEC", "O_NONBLOCK",
    },
    "signal": {
        "SIGALRM", "SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGPIPE", "SIGQUIT",
        "alarm", "pause", "setitimer", "siginterrupt", "sigwait", "pthread_kill", "pthread_sigmask",
    },
    "socket": {"AF_UNIX", "SO_REUSEPORT"},
    "select": {"poll", "epoll", "kqueue"},
    "time": {"tzset", "clock_gettime"},
}  # fmt: skip
_ARGUMENTS = {"preexec_fn", "start_new_session", "pass_fds", "process_group"}
_FOLDERS = ("/tmp/", "/dev/", "/proc/", "/var/", "/etc/")
_ABSENCE = {"ImportError", "AttributeError", "ModuleNotFoundError"}
_QUESTIONS = {"hasattr", "platform", "name"}  # hasattr(os, …), sys.platform, os.name


def names(node: ast.AST | None) -> set[str]:
    found = ast.walk(node) if node else ()
    return {getattr(n, "id", getattr(n, "attr", "")) for n in found}


def posix_only(source: str) -> list[str]:
    """What a source uses that Windows does not have, unless it is guarded."""
    tree = ast.parse(source)
    safe = {id(node) for node in _guarded(tree)}
    return [
        f"line {node.lineno}: {name}"
        for node in ast.walk(tree)
        if id(node) not in safe
        for name in _used(node)
    ]


def _guarded(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes inside a ``try`` that survives their absence, or a condition that asks for it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            if any(_ABSENCE & names(handler.type) for handler in node.handlers):
                for part in node.body + node.orelse:
                    yield from ast.walk(part)
        elif isinstance(node, ast.If | ast.IfExp) and _QUESTIONS & names(node.test):
            yield from ast.walk(node)


def _used(node: ast.AST) -> list[str]:
    match node:
        case ast.Import():
            modules = [alias.name for alias in node.names]
            return [name for name in modules if name.partition(".")[0] in POSIX_MODULES]
        case ast.ImportFrom(module=str(module), level=0):
            if module in POSIX_MODULES:
                return [module]
            return [a.name for a in node.names if a.name in POSIX_NAMES.get(module, ())]
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return [f"{module}.{name}"] if name in POSIX_NAMES.get(module, ()) else []
        case ast.Call():
            return [f"{kw.arg}=" for kw in node.keywords if kw.arg in _ARGUMENTS]
        case ast.Constant(value=str(text)):
            return [text] if text.startswith(_FOLDERS) else []
    return []


def unspoken_encodings(source: str) -> list[str]:
    """Text files opened in whatever encoding the machine prefers: GBK on a Chinese Windows."""
    return [
        f"line {node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and not any(kw.arg in {"encoding", None} for kw in node.keywords)
        and _opens_text(node)
    ]


def _opens_text(node: ast.Call) -> bool:
    match node.func:
        case ast.Name(id="open"):
            return "b" not in _mode(node, 1)
        case ast.Attribute(attr="open"):
            mode = _mode(node, 0)
            # Any other first argument names a member of an archive; there is no mode then.
            return "b" not in mode and set(mode) <= set("rwaxt+")
        case ast.Attribute(attr="read_text"):
            return not node.args
        case ast.Attribute(attr="write_text"):
            return len(node.args) < 2
    return False


def _mode(node: ast.Call, place: int) -> str:
    given = [kw.value for kw in node.keywords if kw.arg == "mode"] + node.args[place:]
    if not given:
        return "r"
    return str(given[0].value) if isinstance(given[0], ast.Constant) else "by name"
