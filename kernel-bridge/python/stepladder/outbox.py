"""
What is logged goes into a queue in memory; a daemon thread delivers it in batches. While the server is away the queue moves
to files (`store.py`), so that a kernel that ends meanwhile loses nothing: whichever kernel finds the server next delivers
them. Events carry ids and the server drops those it has, so delivering twice does no harm.
"""

import threading
import time
import warnings
from collections import deque

from . import deliveries
from .store import Store
from .transport import Away, Connection, Refused

MOST_IN_MEMORY = 100000
MOST_REFUSALS = 20
BATCH = 500
# So that the start and the end of a short cell travel together.
LINGER = 0.02
# Cells that follow each other at once share the interpreter with deliveries: after so many events in one, the next rests
# so many times as long as that took.
MANY, REST, LONGEST_REST = 6, 20, 0.2
# While the server is away each of these becomes one file.
LINGER_AWAY = 0.5
HEARTBEAT = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
LONGEST_LAST_WORD = 0.2


class Outbox:
    def __init__(self, address, envelope):
        self._address = address
        self._envelope = envelope
        self._queue = deque(maxlen=MOST_IN_MEMORY)
        self._wake = threading.Event()
        self._in_flight = []
        self._thread = None
        #: Set while somebody waits for what is on its way: nothing lingers then.
        self._hurry = threading.Event()
        self._disabled = not address.is_known()
        self._store = Store(address)
        # Files that an earlier kernel could not deliver may be there.
        self._has_files = True
        self._tasks = 0
        self._pause = 0.0
        self._retry_at = 0.0
        self._rest_after = 0.0
        self._delivered = 0
        #: What the server did not take, in words: told with the next verb, at the latest when the process ends.
        self._refusals = deque(maxlen=MOST_REFUSALS)
        #: Makes the event that says the session lives; set once there is something to live for.
        self.heartbeat = None
        #: Makes an event that takes a moment: asked for once, in the background.
        self.later = None

    def put(self, event):
        """Never waits and never raises."""
        if self._disabled:
            return
        self._queue.append(event)
        self._start()

    def put_now(self, events, timeout):
        """Delivers before it returns if the server is quick, and gives its answer; leaves it to the thread otherwise."""
        if self._disabled:
            return None
        connection = Connection(self._address, timeout)
        # What waits comes first: a kernel's start must not arrive after its first cell.
        events = self._take() + events
        answer = None
        try:
            body = dict(self._envelope, events=events)
            answer = deliveries.deliver(connection, {"kind": "events", "body": body})
        except (Away, Refused):
            self._queue.extendleft(reversed(events))
        finally:
            connection.close()
        self._start()
        return answer

    def put_task(self, task):
        """Something that stands on the disk until it is delivered: a file, a model."""
        if self._disabled:
            return
        # Files are delivered in their order: the beginning of the run that this belongs to comes first.
        self._save_queue()
        if self._store.add(task):
            self._tasks += 1
            self._has_files = True
            self._start()

    def blob(self, source):
        """A copy of a file or folder that stays as it was when it was logged; None when there is no room for one."""
        if self._disabled:
            return None
        try:
            return self._store.copy(source)
        except OSError as error:
            warnings.warn('"%s" is not kept with the run: %s' % (source, error), stacklevel=4)
            return None

    def flush(self, timeout, patient=True):
        """Waits until everything is delivered; says whether it is. Not `patient`: only as long as the server answers."""
        until = time.monotonic() + timeout
        self._retry_at = 0.0
        self._hurry.set()
        try:
            while not self._disabled and (self._queue or self._in_flight or self._has_files):
                if time.monotonic() > until or (self._retry_at and not patient):
                    return False
                self._start()
                time.sleep(0.005)
            return True
        finally:
            self._hurry.clear()

    def close(self, patience):
        """The end of the process: delivers what it can in the time there is and leaves the rest on the disk."""
        if self._disabled:
            return
        until = time.monotonic() + patience
        self.flush(patience, patient=False)
        self._disabled = True
        # What the thread is writing down it finishes; the end of the process would stop it in the middle.
        if self._thread is not None:
            self._hurry.set()
            self._wake.set()
            self._thread.join(max(LONGEST_LAST_WORD, until - time.monotonic()))
        self._queue.extendleft(reversed(self._in_flight))
        self._save_queue()

    def warn_of_refusals(self, stacklevel):
        """
        Warns of what the server did not take since the last time.

        @returns whether there was any
        """
        found = bool(self._refusals)
        while self._refusals:
            warnings.warn("stepladder: " + self._refusals.popleft(), stacklevel=stacklevel + 1)
        return found

    def disable(self):
        self._disabled = True
        self._queue = deque()

    def _start(self):
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="stepladder", daemon=True)
            self._thread.start()
        if not self._wake.is_set():
            self._wake.set()

    def _run(self):
        connection = Connection(self._address)
        while not self._disabled:
            self._wake.wait(self._rest())
            if self._disabled:
                return
            if self._wake.is_set():
                self._hurry.wait(self._linger())
            self._wake.clear()
            began, self._delivered = time.monotonic(), 0
            try:
                self._beat()
                self._tell_later()
                self._work(connection)
            except Exception:  # Ours to bear; the user's code must not see it. Try again later.
                self._back_off()
            self._rest_after = (time.monotonic() - began) * REST if self._delivered >= MANY else 0.0

    def _linger(self):
        return LINGER_AWAY if self._retry_at else max(LINGER, min(self._rest_after, LONGEST_REST))

    def _rest(self):
        if self._retry_at:
            return max(0.05, self._retry_at - time.monotonic())
        if self._has_files:
            return LINGER_AWAY
        return HEARTBEAT if self.heartbeat else None

    def _beat(self):
        if self.heartbeat and not self._queue and not self._retry_at:
            self._queue.append(self.heartbeat())

    def _tell_later(self):
        if self.later:
            event, self.later = self.later(), None
            self._queue.append(event)

    def _work(self, connection):
        if self._retry_at > time.monotonic():
            self._save_queue()
            return
        try:
            while self._has_files:
                before = self._tasks
                if not self._deliver_files(connection):
                    break
                self._has_files = before != self._tasks
            while self._queue and not self._disabled:
                self._deliver_queue(connection)
            self._pause = self._retry_at = 0.0
        except Away:
            self._address.look_again()
            self._back_off()
            self._save_queue()

    def _deliver_files(self, connection):
        """False when another kernel is at it: what it leaves is looked at again soon."""
        with self._store.alone() as is_ours:
            if is_ours:
                self._deliver_tasks(connection)
            return is_ours

    def _deliver_tasks(self, connection):
        for task in self._store.tasks():
            try:
                deliveries.deliver(connection, task, save=self._store.save)
            except Refused as refusal:
                self._store.refuse(task, str(refusal))
                self._note_refusal(task, refusal)
            else:
                self._store.done(task)

    def _deliver_queue(self, connection):
        self._in_flight = self._take()
        self._delivered += len(self._in_flight)
        task = {"kind": "events", "body": dict(self._envelope, events=self._in_flight)}
        try:
            deliveries.deliver(connection, task)
        except Refused as refusal:
            # One bad event was left out already, see deliveries.
            self._note_refusal(task, refusal)
        except Exception:
            self._queue.extendleft(reversed(self._in_flight))
            raise
        finally:
            self._in_flight = []

    def _note_refusal(self, task, refusal):
        self._refusals.append("the server did not take %s: %s" % (deliveries.name_of(task), refusal))

    def _take(self):
        batch = []
        while self._queue and len(batch) < BATCH:
            batch.append(self._queue.popleft())
        return batch

    def _save_queue(self):
        while self._queue:
            batch = self._take()
            if not self._store.add({"kind": "events", "body": dict(self._envelope, events=batch)}):
                self._queue.extendleft(reversed(batch))
                return
            self._tasks += 1
            self._has_files = True

    def _back_off(self):
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self._retry_at = time.monotonic() + self._pause
