"""Names that the server takes, checked where they are written: later nobody would be there to hear that one was refused."""

import re

LONGEST = 250
LETTERS = re.compile(r"[/\w.\- :]*\Z")
#: MLflow's own, for the name of a logged model.
NOT_IN_MODEL_NAMES = re.compile(r"[/:.%\"']")


def checked_key(key):
    """Of a param, metric or tag. Raises TypeError for what is no text, ValueError for what is no such name."""
    if not isinstance(key, str) or not key:
        raise TypeError("A key is text that is not empty, not %r" % (key,))
    if len(key) > LONGEST:
        raise ValueError('The key "%s…" is longer than %d characters' % (key[:40], LONGEST))
    if not LETTERS.match(key):
        raise ValueError(
            'The key "%s" may only have letters, digits, underscores, dashes, periods, spaces, colons and slashes' % key
        )
    if any(part in ("", ".", "..") for part in key.split("/")):
        raise ValueError('The key "%s" would be another name as the path of a file' % key)
    return key


def checked_model_name(name):
    if not isinstance(name, str) or not name:
        raise TypeError("log_model: name is text that is not empty, not %r" % (name,))
    found = NOT_IN_MODEL_NAMES.search(name)
    if found:
        raise ValueError('log_model: name "%s" must not have %s' % (name, found.group()))
    return name
