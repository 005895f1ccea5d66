// Notebooks that meet what makes exporting hard; only Python's own library, so that any interpreter runs them.
import { makeNotebook } from '../support/notebook.ts';

export const notebooks = {
  /** Functions that read the notebook's values, a class, a counter, names that hide builtins and imports. */
  closures: makeNotebook([
    'import statistics\nfrom dataclasses import dataclass\nfrom datetime import datetime',
    { source: 'rate = 0.5\nlimits = [1, 9]\nlabel = "007"\nnothing = None', tags: ['parameters'] },
    `# A point in time.
@dataclass
class Reading:
    at: int
    value: float

    def scaled(self, rate):
        return self.value * rate


def within(reading):
    return limits[0] <= reading.value <= limits[1]


def mean_of(readings):
    """Uses nothing of the notebook, so it can stand on its own."""
    return statistics.mean(each.value for each in readings)`,
    {
      source: '# Make readings\n\nEach *second* one is [large](http://example.org).',
      markdown: true
    },
    'readings = [Reading(i, float(i % 12)) for i in range(40)]\nkept = [each for each in readings if within(each)]',
    `count = 0

def scale(reading):
    global count
    count += 1
    return reading.scaled(rate)

scaled = [scale(each) for each in kept]`,
    'max = max(scaled)\ndatetime = datetime(2026, 1, 1).year\nmean = mean_of(kept)\nresult = f"{label}: {max} {mean} {count}"\nresult'
  ]),

  /** Named steps of several cells, magics, a shell line, text over several lines, a name that is a keyword. */
  named: makeNotebook([
    { source: '%matplotlib inline\nimport json', step: 'load' },
    {
      source: '%%time\ntext = """{\n  "b": 2,\n    "a": [1, 2]\n}"""\ndata = json.loads(text)',
      step: 'load'
    },
    { source: '## Sort\n\nKeys in order.', markdown: true },
    { source: 'keys = sorted(data)\nkeys', step: 'lambda' },
    { source: '## and count', markdown: true },
    {
      source: 'total = 0\nfor key in keys:\n    # Comments stay.\n    total += 1;',
      step: 'lambda'
    },
    { source: 'report = {"keys": keys, "total": total}\ndisplay(report)', step: 'print' }
  ]),

  /** Steps that meet in a file, so that only their order matters. */
  order: makeNotebook([
    'import tempfile\nfrom pathlib import Path',
    'folder = Path(tempfile.gettempdir(), "stepladder-order")\nfolder.mkdir(exist_ok=True)',
    'Path(folder, "numbers.txt").write_text("1 2 3")',
    'numbers = Path(folder, "numbers.txt").read_text().split()'
  ])
};
