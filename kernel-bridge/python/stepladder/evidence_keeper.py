"""Keeps the process that runs the cells: ends it in time, with all that it started, and outlives whatever it does."""
import os
import select
import signal
import sys
import time

MOST_OUTPUT = 256 * 1024 * 1024
SUBREAPER = 36


def adopt_orphans():
    """Processes that cells leave behind become ours, also those that left our group (Linux)."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    except Exception:  # Elsewhere the group is ended as a whole, and that has to do.
        return


def run_apart(work, seconds, output, asked=None):
    """
    @param asked: the descriptor on which whoever wants the answer asks; where it is closed, all of it ends
    @returns why it ended early, or None
    """
    # What is buffered would be written by both.
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            os.write(2, "{}: {}\n".format(type(error).__name__, error).encode())
            os._exit(1)
        os._exit(0)
    ends, status, pause = time.monotonic() + seconds, None, 0.0005
    while time.monotonic() < ends:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        limit_output(output)
        if is_closed(asked):
            end_all_children()
            os._exit(0)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    else:
        end_all_children()
        return "time"
    end_all_children()
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return "the process was ended by {}".format(signal.Signals(number).name if number in list(signal.Signals) else "signal {}".format(number))
    return None if os.WEXITSTATUS(status) == 0 else "the process ended with code {}".format(os.WEXITSTATUS(status))


def is_closed(descriptor):
    if descriptor is None or not hasattr(select, "poll"):
        return False
    poll = select.poll()
    closed = select.POLLHUP | getattr(select, "POLLRDHUP", 0)
    poll.register(descriptor, closed)
    return any(event & closed for _, event in poll.poll(0))


def end_all_children():
    for _ in range(100):
        for child in children():
            try:
                os.kill(child, signal.SIGKILL)
            except OSError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def children():
    try:
        with open("/proc/self/task/{}/children".format(os.getpid())) as listed:
            return [int(each) for each in listed.read().split()]
    except OSError:
        return []


def limit_output(file):
    """A cell that prints without end would fill the disk: what it printed so far is given back."""
    if os.fstat(file.fileno()).st_blocks * 512 > MOST_OUTPUT:
        os.ftruncate(file.fileno(), 0)
