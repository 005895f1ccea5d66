// Names for what we write that mean nothing else yet.
import { isKeyword } from './names.ts';

const BUILTINS = new Set(
  (
    'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex copyright ' +
    'credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash ' +
    'help hex id input int isinstance issubclass iter len license list locals map max memoryview min next object oct open ' +
    'ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str sum super tuple type ' +
    'vars zip'
  ).split(' ')
);

export const isBuiltin = (name: string): boolean => BUILTINS.has(name);

/** A package of one of these names would hide, or be hidden by, a module of Python or of Airflow. */
const MODULES = new Set(
  (
    'abc airflow argparse array ast asyncio base64 bisect builtins calendar cmath cmd code codecs collections colorsys ' +
    'concurrent config conftest contextlib copy crypt csv ctypes curses dags dataclasses datetime decimal difflib dis doctest ' +
    'email enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob ' +
    'graphlib grp gzip hashlib heapq hmac html http imaplib importlib include inspect io ipaddress itertools json keyword ' +
    'linecache locale logging lzma mailbox math mimetypes mmap multiprocessing netrc numbers operator optparse os pathlib ' +
    'pdb pickle pickletools pip pkgutil platform plugins poplib posix pprint profile pstats pty pwd queue quopri random re ' +
    'readline reprlib resource runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket ' +
    'socketserver sqlite3 ssl stat statistics string struct subprocess symtable sys sysconfig syslog tarfile tempfile ' +
    'termios test tests textwrap threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty ' +
    'turtle types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser wsgiref xml xmlrpc ' +
    'zipapp zipfile zipimport zlib zoneinfo'
  ).split(' ')
);

/** A package name made of the pipeline's, apart from every module that the code imports. */
export function packageName(name: string, imported: Iterable<string>): string {
  const ascii = name.normalize('NFKD').replace(/[^\x00-\x7f]/g, '');
  const slug = ascii
    .replace(/\W+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  const usable = /^[a-z]/.test(slug) ? slug : `notebook_${slug}`.replace(/_$/, '');
  const isTaken =
    isKeyword(usable) ||
    MODULES.has(usable) ||
    BUILTINS.has(usable) ||
    new Set(imported).has(usable);
  return isTaken ? `${usable}_pipeline` : usable;
}

/** `name`, or with the suffix as often as it takes to be no keyword, no builtin and none of `taken`. */
export function freeIdentifier(name: string, suffix: string, taken: ReadonlySet<string>): string {
  let candidate = name;
  while (isKeyword(candidate) || BUILTINS.has(candidate) || taken.has(candidate))
    candidate += suffix;
  return candidate;
}
