// Notebooks nobody wrote: cells put together at random from what people do with lists, dicts, objects, functions and frames.

/** Small, fast, and the same everywhere (mulberry32). */
export function createRandom(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number) => Math.floor(next() * most);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  return { below, pick };
}

type Random = ReturnType<typeof createRandom>;
type Kind = 'number' | 'list' | 'dict' | 'nested' | 'object' | 'frame' | 'counter';

const DEFINITIONS = `class Box:
    made = []
    def __init__(self, items):
        self.items = items
        self.note = None
    def put(self, item):
        self.items.append(item)
        return self
    @property
    def size(self):
        return len(self.items)

def grow(things, by=1):
    for _ in range(by):
        things.append(len(things))
    return things

def total(things):
    return sum(things) + offset

def label(d, key):
    d[key] = offset
    return d

def widen(frame):
    frame = frame.copy()
    frame["w"] = frame["a"] * 2
    return frame

def mark(frame):
    frame["m"] = frame["a"] + offset

def counter(start):
    held = [start]
    def step(by=1):
        held[0] += by + offset
        return held[0]
    return step

def remember(key, seen={}):
    seen[key] = seen.get(key, 0) + 1
    return seen[key]

def shift(by):
    global offset
    offset = (offset + by) % 7`;

const BEGINNING = `import os
c = counter(1)
random.seed(n)
os.environ["KEPT"] = "none"
with open("kept.txt", "w") as file:
    file.write("none")`;

interface World {
  random: Random;
  names: Record<Kind, string[]>;
  count: number;
}

/** A name for a new value: mostly a new one, sometimes one that is in use. */
function named(world: World, kind: Kind): string {
  const { random, names } = world;
  if (names[kind].length > 2 && random.below(4) === 0) return random.pick(names[kind]);
  const name = `${kind[0]}${(world.count += 1)}`;
  names[kind].push(name);
  return name;
}

const MAKERS: ((world: World, one: (kind: Kind) => string) => string)[] = [
  (w, one) => `${named(w, 'number')} = ${one('number')} + ${w.random.below(9)}`,
  (w, one) => `${named(w, 'number')} = total(${one('list')})`,
  (w, one) => `${named(w, 'number')} = len(${one('dict')}) * ${one('number')}`,
  (w, one) => `${named(w, 'number')} = ${one('object')}.size`,
  (w, one) => `${named(w, 'number')} = int(${one('frame')}["a"].sum())`,
  (_, one) => `offset = ${one('number')} % 7`,
  (w, one) => `${named(w, 'list')} = ${one('list')}`,
  (w, one) => `${named(w, 'list')} = list(${one('list')})`,
  (w, one) => `${named(w, 'list')} = [x * 2 for x in ${one('list')} if x != ${one('number')}]`,
  (w, one) => `${named(w, 'list')} = ${one('object')}.items`,
  (w, one) => `${named(w, 'list')} = grow(${one('list')}, 2)`,
  (w, one) => `${named(w, 'list')} = sorted(${one('list')})[:3]`,
  (w, one) => `${named(w, 'dict')} = {"a": ${one('number')}, "b": ${one('number')}}`,
  (w, one) => `${named(w, 'dict')} = dict(${one('dict')}, c=${one('number')})`,
  (w, one) => `${named(w, 'nested')} = [${one('list')}, ${one('list')}]`,
  (w, one) => `${named(w, 'nested')} = copy.deepcopy(${one('nested')})`,
  (w, one) => `${named(w, 'nested')} = list(${one('nested')})`,
  (w, one) => `${named(w, 'object')} = Box(${one('list')})`,
  (w, one) => `${named(w, 'object')} = ${one('object')}.put(${one('number')})`,
  (w, one) => `${named(w, 'frame')} = pd.DataFrame({"a": [${one('number')}, ${one('number')}]})`,
  (w, one) => `${named(w, 'frame')} = widen(${one('frame')})`,
  (w, one) => {
    const whole = one('frame');
    return `${named(w, 'frame')} = ${whole}[${whole}["a"] > 2].copy()`;
  },
  (w, one) => `${named(w, 'number')}, rest = ${one('number')}, ${one('list')}`,
  (w, one) => `${named(w, 'number')} = (lambda x: x + offset)(${one('number')})`,
  (w, one) => `${named(w, 'list')} = [*${one('list')}, *map(abs, ${one('list')})]`,
  (w, one) => `${named(w, 'dict')} = {key: ${one('number')} for key in ${one('dict')}}`,
  (w, one) => {
    const name = named(w, 'number');
    return `try:\n    ${name} = ${one('list')}[${w.random.below(3)}]\nexcept IndexError:\n    ${name} = -1`;
  },
  (w, one) => `${named(w, 'number')} = random.Random(${one('number')}).randrange(9)`,
  (w, one) => `${named(w, 'nested')} = [list(part) for part in ${one('nested')}]`
];

const CHANGERS: ((one: (kind: Kind) => string, random: Random) => string)[] = [
  one => `${one('list')}.append(${one('number')})`,
  one => `${one('list')} += [${one('number')}]`,
  one => `${one('list')}.reverse()`,
  one => `grow(${one('list')})`,
  one => `${one('number')} += 1`,
  one => `${one('dict')}["k"] = ${one('number')}`,
  one => `${one('dict')}.update(z=${one('number')})`,
  one => `label(${one('dict')}, "l")`,
  one => `${one('nested')}[0].append(${one('number')})`,
  one => `${one('nested')}.append(${one('list')})`,
  one => `for part in ${one('nested')}:\n    part.append(0)`,
  one => `${one('object')}.put(${one('number')})`,
  one => `${one('object')}.note = ${one('number')}`,
  one => `${one('object')}.items.clear()`,
  one => `${one('frame')}["b"] = ${one('number')}`,
  one => `mark(${one('frame')})`,
  one => `${one('frame')}.loc[0, "a"] = ${one('number')}`,
  one => `if ${one('number')} > 3:\n    ${one('list')}.append(1)`,
  (one, random) => `if ${one('number')} > ${random.below(9)}:\n    ${one('number')} = 0`,
  one => `shift(${one('number')})`,
  one => `${one('dict')}.pop("k", None)`,
  one => `${one('list')}[:] = ${one('list')}[::-1]`,
  one => `for ${one('number')} in ${one('list')}:\n    pass`,
  one => `while len(${one('list')}) > 6:\n    ${one('list')}.pop()\n    break`,
  one => `spare = ${one('list')}\nspare.append(0)\ndel spare`,
  one => `print(${one('list')}, ${one('dict')})`,
  one => `print(${one('nested')}, ${one('object')}.size, ${one('number')})`,
  one => `print(total(${one('list')}), ${one('frame')}.to_dict("list"))`
];

/** What lives elsewhere than in names: closures, defaults, classes, generators, files. Only a proof hands all of that on. */
const HIDDEN_MAKERS: typeof MAKERS = [
  (w, one) => `${named(w, 'number')} = remember(${one('number')})`,
  (w, one) => `${named(w, 'number')} = ${one('counter')}()`,
  (w, one) => `${named(w, 'counter')} = counter(${one('number')})`,
  (w, one) => `${named(w, 'counter')} = ${one('counter')}`,
  (w, one) => `${named(w, 'number')} = random.randrange(${one('number')} % 5 + 2)`
];
const HIDDEN_CHANGERS: typeof CHANGERS = [
  one => `${one('counter')}(${one('number')})`,
  one => `Box.made.append(${one('number')})\nprint(len(Box.made))`,
  one => `random.seed(${one('number')})\nprint(random.random())`,
  one => `with open("kept.txt", "w") as file:\n    file.write(str(${one('number')}))`,
  one => `with open("kept.txt", "a") as file:\n    file.write(str(${one('list')}))`,
  () => `with open("kept.txt") as file:\n    print(file.read())`,
  one => `os.environ["KEPT"] = str(${one('number')})`,
  () => `print(os.environ["KEPT"], random.random())`
];

/** @param hidden also what no name shows */
export function generateNotebook(seed: number, length = 14, hidden = false): string[] {
  const random = createRandom(seed);
  const makers = hidden ? [...MAKERS, ...HIDDEN_MAKERS, ...HIDDEN_MAKERS] : MAKERS;
  const changers = hidden ? [...CHANGERS, ...HIDDEN_CHANGERS, ...HIDDEN_CHANGERS] : CHANGERS;
  const world: World = {
    random,
    count: 0,
    names: {
      number: ['n', 'offset'],
      list: ['l'],
      dict: ['d'],
      nested: ['t'],
      object: ['o'],
      frame: ['f'],
      counter: ['c']
    }
  };
  const statement = () => {
    // What a statement uses exists before it does.
    const known = structuredClone(world.names);
    const one = (kind: Kind) => random.pick(known[kind]);
    return random.below(2) === 0
      ? random.pick(makers)(world, one)
      : random.pick(changers)(one, random);
  };
  return [
    'import copy\nimport random\nimport pandas as pd',
    DEFINITIONS,
    'n = 4\noffset = 2\nl = [3, 1]\nd = {"x": 1}',
    't = [[1], [2, 5]]\no = Box([7])\nf = pd.DataFrame({"a": [1, 2, 3]})',
    ...(hidden ? [BEGINNING] : []),
    ...Array.from({ length }, () =>
      Array.from({ length: 1 + random.below(3) }, statement).join('\n')
    )
  ];
}
