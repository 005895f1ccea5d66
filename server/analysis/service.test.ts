import { beforeAll, describe, expect, test } from 'vitest';
import { Notebook, STEP_NAME } from '../contract/notebook.ts';
import { createAnalysisService, type AnalysisService } from './service.ts';

let analysis: AnalysisService;
beforeAll(async () => {
  analysis = await createAnalysisService();
});

type Source = string | { source: string; tags: string[] };

function analyze(sources: Source[], metadata = {}) {
  const cells = sources.map(each => {
    const { source, tags } = typeof each === 'string' ? { source: each, tags: [] } : each;
    return { cell_type: 'code', source, metadata: { tags } };
  });
  return analysis.analyze(Notebook.parse({ nbformat: 4, metadata, cells }));
}

describe('roles and replication', () => {
  test('imports and definitions are replicated: neither inputs nor edges', () => {
    const { cells, edges, replicatedEdges } = analyze([
      'import math\nimport pandas as pd',
      'def area(r):\n    return math.pi * r * r',
      'r = 2',
      'a = area(r)'
    ]);
    expect(cells.map(cell => cell.role)).toEqual(['imports', 'definitions', 'code', 'code']);
    expect(cells[3]).toMatchObject({
      inputs: ['r'],
      outputs: ['a'],
      replicated: ['area', 'math']
    });
    expect(edges.map(({ from, to }) => [from, to])).toEqual([[2, 3]]);
    expect(replicatedEdges?.map(({ from, to }) => [from, to])).toEqual([
      [0, 3],
      [1, 3]
    ]);
  });

  test('a replicated function brings its late reads to the cell that calls it', () => {
    const { cells } = analyze(['def f():\n    return k', 'k = 1', 'k = 2', 'x = f()']);
    expect(cells[3]?.inputs).toEqual(['k']);
    expect(cells[0]?.inputs).toEqual([]);
  });

  test('definitions that need a value to be defined are code', () => {
    const { cells } = analyze(['k = 1', 'def f(x=k):\n    return x']);
    expect(cells[1]).toMatchObject({ role: 'code', inputs: ['k'], outputs: ['f'] });
  });

  test('setting a library up belongs to the imports, a seed does not', () => {
    const { cells } = analyze([
      'import pandas as pd\npd.set_option("display.max_rows", 5)',
      'import numpy as np\nnp.random.seed(0)',
      '%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.style.use("ggplot")'
    ]);
    expect(cells.map(cell => cell.role)).toEqual(['imports', 'code', 'imports']);
  });

  test('a module that the notebook wrote cannot be replicated before it is written', () => {
    const { edges } = analyze(['%%writefile tools.py\nX = 1', 'import tools', 'print(tools.X)']);
    expect(edges.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      [0, 1, 'file'],
      [1, 2, 'value']
    ]);
  });

  test('parameters carry the type of their default', () => {
    const { parameters, cells } = analyze([
      { source: 'lr = 0.1\nepochs = -3\nname = "a"\non = True', tags: ['parameters'] }
    ]);
    expect(cells[0]?.role).toBe('parameters');
    expect(parameters.map(({ name, type, source }) => [name, type, source])).toEqual([
      ['lr', 'float', '0.1'],
      ['epochs', 'int', '-3'],
      ['name', 'str', '"a"'],
      ['on', 'bool', 'True']
    ]);
  });
});

describe('inputs and outputs', () => {
  test('whoever changes one alias hands on both, and needs both', () => {
    const { cells } = analyze(['a = []\nb = a', 'a.append(1)', 'print(b)']);
    expect(cells[1]).toMatchObject({ inputs: ['a', 'b'], outputs: ['a', 'b'] });
  });

  test('a conditional rebinding hands the old value through', () => {
    const { cells, edges } = analyze(['x = 1\nc = False', 'if c:\n    x = 2', 'print(x)']);
    expect(cells[1]).toMatchObject({ inputs: ['c', 'x'], outputs: ['x'] });
    expect(edges.find(edge => edge.from === 1)?.certainty).toBe('may');
  });

  test('an edge says which two lines make it', () => {
    const { edges } = analyze(['\nx = 1', 'y = 2\n\nprint(x)']);
    expect(edges[0]?.reason).toMatchObject({ fromLine: 2, toLine: 3 });
  });

  test('del is told, and reading afterwards is a finding', () => {
    const { cells, findings } = analyze(['x = 1', 'del x', 'print(x)']);
    expect(cells[1]?.deletes).toEqual(['x']);
    expect(findings[0]).toMatchObject({ code: 'undefined-name', cell: 2, name: 'x' });
    expect(findings[0]?.message).toContain('deleted in cell 2');
  });
});

describe('findings', () => {
  test.each([
    ['a name of a later cell', ['print(total)', 'total = 5'], 'first defined in cell 2'],
    ['a slip of the pen', ['train_data = 1', 'print(trian_data)'], '“train_data” is'],
    ['a missing import', ['x = np.zeros(3)'], 'nothing imports it']
  ])('%s', (_, sources, message) => {
    const [finding] = analyze(sources).findings;
    expect(finding).toMatchObject({ code: 'undefined-name', severity: 'error' });
    expect(finding?.message).toContain(message);
  });

  test('a name that the code expects to be missing is none', () => {
    expect(analyze(['try:\n    flag\nexcept NameError:\n    flag = 1']).findings).toEqual([]);
  });

  test.each([
    ['y = (x +', 1],
    ['x = 1\nprint "a"', 2],
    ['def f(:\n    pass', 1]
  ])('syntax errors have their line: %s', (source, line) => {
    const { findings, cells } = analyze(['x = 1', source, 'print(x)']);
    const errors = findings.filter(each => each.code === 'syntax-error');
    expect(errors[0]).toMatchObject({ cell: 1, line });
    expect(cells[2]?.inputs).toContain('x');
  });

  test('magics, shell lines, star imports and values that cannot be stored', () => {
    const { findings } = analyze([
      '%matplotlib inline',
      '!ls',
      'from math import *',
      'f = open("a.txt")',
      'print(f.read())'
    ]);
    expect(findings.map(({ code, cell }) => [code, cell])).toEqual([
      ['magic', 0],
      ['shell', 1],
      ['star-import', 2],
      ['unstorable-value', 3]
    ]);
  });
});

describe('source code', () => {
  test('magics become Python with the same lines', () => {
    const source = '%time y = f(1)\nout = !ls {d}\nif a:\n    !echo hi\nz = 7 %c\n%env A=1';
    const plain = analysis.stripMagics(source);
    expect(plain.split('\n')).toHaveLength(6);
    expect(plain).toContain('y = f(1)');
    expect(plain).toContain('f"ls {d}"');
    expect(plain).toContain('z = 7 %c');
    expect(plain).toContain('os").environ["A"] = "1"');
  });

  test('one line that begins with a command is one, as IPython has it', () => {
    const { stripMagics } = analysis;
    expect(analyze(['pip install pandas', 'cd data', 'ls -l', 'mkdir -p a']).findings).toEqual(
      analyze(['%pip install pandas', '%cd data', '!ls -l', '!mkdir -p a']).findings
    );
    for (const code of ['time = 3', 'run in [1]', 'cp', 'x = 1\npip install', 'cat(1)', 'ls == 2'])
      expect(stripMagics(code)).toBe(code);
  });

  test('shell text of another language is left alone', () => {
    expect(analysis.stripMagics(`!awk '{print $1}' a.txt`)).toContain(`awk '{print $1}' a.txt`);
  });

  test('comments and layout do not change the normal form, code and strings do', () => {
    const { normalise } = analysis;
    expect(normalise('x  =  1 # one\n\n\ny=f( x,2 )')).toBe(normalise('x = 1\ny = f(x, 2)'));
    expect(normalise('x = "a # b"')).not.toBe(normalise('x = "a"'));
    expect(normalise('if a:\n    b\nc')).not.toBe(normalise('if a:\n    b\n    c'));
    expect(normalise('const x  = 1 // c', 'typescript')).toBe(
      normalise('const x = 1', 'typescript')
    );
  });

  test('names for steps fit their form', () => {
    const names = [
      analysis.suggestName('x = 1', '## 2. Charger les données!'),
      analysis.suggestName('df = pd.read_csv("a.csv")'),
      analysis.suggestName('model.fit(X, y)'),
      analysis.suggestName('k = KMeans()\nk.fit(X)'),
      analysis.suggestName(
        '',
        '## Step 3 - Assign it to the variable of [your choice](https://x.example)'
      ),
      analysis.suggestName('', "# Now let's look at the distribution of"),
      analysis.suggestName('', '## 3D projections'),
      analysis.suggestName('', '## Measuring accuracy using cross-validation'),
      analysis.suggestName('', '## Step 4'),
      analysis.suggestName('')
    ];
    expect(names).toEqual([
      'charger_les_donnees',
      'load_df',
      'train',
      'train',
      'assign_it_to_the_variable',
      'look_at_the_distribution',
      'projections_3d',
      'measuring_accuracy_using_cross',
      'step_4',
      'step'
    ]);
    for (const name of names) expect(name).toMatch(STEP_NAME);
  });

  test('the outline separates imports and definitions from work', () => {
    const source =
      'import a\n@d\ndef f():\n    pass\nx = 1\ntry:\n    import b\nexcept ImportError:\n    b = None';
    expect(analysis.definitionsOf(source).parts).toEqual([
      { kind: 'import', names: ['a'], fromLine: 1, toLine: 1 },
      { kind: 'definition', names: ['f'], fromLine: 2, toLine: 4 },
      { kind: 'other', names: [], fromLine: 5, toLine: 5 },
      { kind: 'import', names: ['b'], fromLine: 6, toLine: 9 }
    ]);
    expect(analysis.importsOf('import a.b as c\nfrom d.e import f')).toEqual(['a', 'd']);
  });
});

test('types of TypeScript may name themselves, each other, and those of the language', () => {
  const { findings, cells } = analyze(
    [
      'let first: Tree | undefined;\ninterface Tree { left?: Tree; leaf: Leaf }\ntype Leaf = { of?: Tree };',
      'const found: RegExpMatchArray | null = "a".match(/a/);\nfirst = { leaf: {} };',
      'const other: Shrub = first;'
    ],
    { kernelspec: { language: 'typescript' } }
  );
  expect(findings.map(({ name }) => name)).toEqual(['Shrub']);
  expect(cells.map(({ outputs }) => outputs)).toEqual([
    ['Leaf', 'Tree', 'first'],
    ['first', 'found'],
    ['other']
  ]);
});
