// Two people in two browsers on one notebook, with jupyter-collaboration: both changes are kept, and only what they meant is written.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import { jupyterEnvironment } from '../support/jupyter-environment.ts';
import { saveNotebook } from '../support/notebook.ts';
import { codeCell, fillCell, runCell, runsOf } from './notebook-page.ts';
import { activate, labels, stepsSaved, untilLabels } from './steps-page.ts';
import { type Lab, palette, screenshot, startLab } from './support.ts';

const CELLS = [
  { source: '# Two at once', markdown: true },
  { source: 'rows = [1, 2, 3]', step: 'load' },
  { source: 'rows = rows + [4]', step: 'load' },
  { source: 'clean = [row for row in rows if row]' },
  { source: 'model = sum(clean)', step: 'train' },
  { source: 'print(model)', step: 'train' }
];

let lab: Lab;
let ann: Person;
let bob: Person;
let file: string;
const faults: string[] = [];

interface Person {
  page: Page;
  /** From now on what is written is neither sent nor received; `release` lets everything through, in order. */
  hold(): void;
  release(): void;
}

beforeAll(async () => {
  const { python, environment } = await jupyterEnvironment('collaboration', [
    'jupyterlab==4.6.4',
    'jupyter-collaboration==5.0.4',
    'jupyter-ydoc==4.2.0',
    'ipykernel==7.4.0'
  ]);
  lab = await startLab(environment, { python });
  file = saveNotebook(join(lab.workspace, 'shared.ipynb'), CELLS);
  ann = await joins('shared.ipynb');
  bob = await joins('shared.ipynb');
  await untilBoth(['load', 'train']);
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const [name, person] of Object.entries({ ann, bob }))
    await screenshot(person.page, `failed-${task.id}-${name}`);
});
afterAll(() => lab?.close());

/** In a browser of their own. */
async function joins(notebook: string): Promise<Person> {
  let held: (() => void)[] | undefined;
  const pass = (send: () => void) => (held ? void held.push(send) : send());
  const page = await lab.open({
    notebook,
    prepare: async page => {
      page.on('pageerror', error => faults.push(String(error)));
      // On a busy machine jupyter-collaboration asks whether to go on loading.
      const slow = page.locator('.jp-Dialog', { hasText: 'taking some time to load' });
      await page.addLocatorHandler(slow, () => slow.getByText('Continue waiting').click());
      await page.routeWebSocket(/\/api\/collaboration\/room\//, socket => {
        const server = socket.connectToServer();
        socket.onMessage(message => pass(() => server.send(message)));
        server.onMessage(message => pass(() => socket.send(message)));
      });
    }
  });
  return {
    page,
    hold: () => void (held ??= []),
    release() {
      const waiting = held ?? [];
      held = undefined;
      for (const send of waiting) send();
    }
  };
}

const together = (work: (person: Person) => unknown) => [ann, bob].forEach(work);
const untilBoth = async (expected: string[]) => {
  for (const { page } of [ann, bob]) await untilLabels(page, expected);
};

/** By the label's own dialog. */
async function nameStep(page: Page, at: number, name: string): Promise<void> {
  await activate(page, at);
  await palette(page, 'Name the step of this cell');
  await page.locator('.jp-Dialog input').fill(name);
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  await page.locator('.jp-Dialog').waitFor({ state: 'detached' });
}

async function undo(page: Page): Promise<void> {
  await activate(page, 3);
  await page.keyboard.press('z');
}

/** Of the code cells. */
const untilSaved = (expected: (string | undefined)[]) =>
  expect.poll(() => stepsSaved(file).slice(1), { timeout: 60_000 }).toEqual(expected);

/** None while Jupyter is just writing the file. */
function cellsSaved(): { metadata: object; execution_count?: number }[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { cells: { metadata: object }[] }).cells;
  } catch {
    return [];
  }
}

const sidebar = (page: Page) => page.locator('#stepladder-sidebar');

test('what two people do without seeing each other is all kept, in both browsers and in the file', async () => {
  together(person => person.hold());
  await nameStep(ann.page, 3, 'prepare');
  await nameStep(bob.page, 4, 'fit');
  await fillCell(bob.page, 1, 'rows = rows + [4, 5, 6]');
  await untilLabels(ann.page, ['load', 'prepare', 'train']);
  await untilLabels(bob.page, ['load', 'fit']);
  together(person => person.release());

  await untilBoth(['load', 'prepare', 'fit']);
  await codeCell(ann.page, 1).getByText('[4, 5, 6]').waitFor();
  await untilSaved(['load', 'load', 'prepare', 'fit', 'fit']);
  await screenshot(ann.page, 'collaboration');
});

test("undo takes back one's own action and leaves the other's", async () => {
  await undo(ann.page);
  await untilBoth(['load', 'fit']);
  await undo(bob.page);
  await untilBoth(['load', 'train']);
  await ann.page.keyboard.press('Shift+Z');
  await untilBoth(['load', 'prepare', 'train']);
});

test('merging and splitting meet the same way', async () => {
  together(person => person.hold());
  await activate(ann.page, 3);
  await palette(ann.page, 'Merge the step into the one above');
  await activate(bob.page, 5);
  await palette(bob.page, 'Split the step at this cell');
  await untilLabels(ann.page, ['load', 'train']);
  await untilLabels(bob.page, ['load', 'prepare', 'train', 'train_2']);
  together(person => person.release());
  await untilBoth(['load', 'train', 'train_2']);
  await untilSaved(['load', 'load', 'load', 'train', 'train_2']);
});

test('a step that one moves, and moves back, leaves what the other writes', async () => {
  together(person => person.hold());
  await activate(ann.page, 4);
  await ann.page.keyboard.press('Control+Alt+,');
  await untilLabels(ann.page, ['train', 'load', 'train_2']);
  await fillCell(bob.page, 0, 'rows = [1, 2, 3, 4]');
  together(person => person.release());
  await untilBoth(['train', 'load', 'train_2']);
  await codeCell(ann.page, 1).getByText('[1, 2, 3, 4]').waitFor();
  await undo(ann.page);
  await untilBoth(['load', 'train', 'train_2']);
  await codeCell(ann.page, 0).getByText('[1, 2, 3, 4]').waitFor();
});

test('two names for one cell: one of them, the same in both browsers and in the file', async () => {
  together(person => person.hold());
  await nameStep(ann.page, 5, 'by_ann');
  await nameStep(bob.page, 5, 'by_bob');
  await untilLabels(ann.page, ['load', 'train', 'by_ann']);
  await untilLabels(bob.page, ['load', 'train', 'by_bob']);
  together(person => person.release());
  const agreed = await eventually('one name', async () => {
    const [one, other] = [await labels(ann.page), await labels(bob.page)];
    return one[2] === other[2] ? one[2] : undefined;
  });
  expect(['by_ann', 'by_bob']).toContain(agreed);
  await untilSaved(['load', 'load', 'load', 'train', agreed]);
});

test('runs and captures are of the notebook, whoever asks, and leave nothing in the file but outputs', async () => {
  await runCell(ann.page, 0);
  await runCell(bob.page, 1);
  const [run, ...others] = await eventually('both executions', async () => {
    const runs = await runsOf(lab, 'shared.ipynb');
    return runs[0]?.cells.length === 2 ? runs : undefined;
  });
  expect(others).toEqual([]);
  expect(run!.cells.map(({ cellId, state }) => [cellId, state])).toEqual([
    ['cell-1', 'ok'],
    ['cell-2', 'ok']
  ]);
  await sidebar(ann.page).getByRole('button', { name: 'Capture v1' }).click();
  for (const { page } of [ann, bob])
    await sidebar(page).getByText('v1, nothing edited since').waitFor({ timeout: 60_000 });
  const saved = await eventually('the outputs in the file', async () => {
    const cells = cellsSaved();
    return cells.some(({ execution_count }) => execution_count === 2) ? cells : undefined;
  });
  const steps = stepsSaved(file);
  expect(saved.map(({ metadata }) => metadata)).toEqual(
    steps.map(step => (step ? { stepladder: { step } } : {}))
  );
});

test('nothing was thrown', () => expect(faults).toEqual([]));
