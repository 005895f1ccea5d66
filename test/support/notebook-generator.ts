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
type Kind = 'number' | 'list' | 'dict' | 'nested' | 'object' | 'frame';

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
    frame["m"] = frame["a"] + offset`;

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
  }
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
  one => `print(${one('list')}, ${one('dict')})`,
  one => `print(${one('nested')}, ${one('object')}.size, ${one('number')})`,
  one => `print(total(${one('list')}), ${one('frame')}.to_dict("list"))`
];

export function generateNotebook(seed: number, length = 14): string[] {
  const random = createRandom(seed);
  const world: World = {
    random,
    count: 0,
    names: {
      number: ['n', 'offset'],
      list: ['l'],
      dict: ['d'],
      nested: ['t'],
      object: ['o'],
      frame: ['f']
    }
  };
  const statement = () => {
    // What a statement uses exists before it does.
    const known = structuredClone(world.names);
    const one = (kind: Kind) => random.pick(known[kind]);
    return random.below(2) === 0
      ? random.pick(MAKERS)(world, one)
      : random.pick(CHANGERS)(one, random);
  };
  return [
    'import copy\nimport pandas as pd',
    DEFINITIONS,
    'n = 4\noffset = 2\nl = [3, 1]\nd = {"x": 1}',
    't = [[1], [2, 5]]\no = Box([7])\nf = pd.DataFrame({"a": [1, 2, 3]})',
    ...Array.from({ length }, () =>
      Array.from({ length: 1 + random.below(3) }, statement).join('\n')
    )
  ];
}
