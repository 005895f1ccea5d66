// A notebook in JupyterLab as a person uses it, and what our server has of it.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { ResponseOf } from '../../server/contract/operation.ts';
import type { getRun, listRuns } from '../../server/contract/tracking.ts';
import { eventually } from '../support/jupyter.ts';
import type { Lab } from './support.ts';

// Kernels of a busy machine take their time.
const PATIENCE = 90_000;

export type Run = ResponseOf<typeof getRun>;

/** The server, as the page's own client reaches it: behind Jupyter's login. */
export async function api<T>(
  lab: Lab,
  path: string,
  init?: { method: string; body: string }
): Promise<T> {
  const answer = await lab.jupyter.fetch(`/stepladder/api/stepladder/v1${path}`, {
    ...init,
    headers: { 'content-type': 'application/json' }
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Newest first, each with what its cells did. */
export async function runsOf(lab: Lab, notebook: string): Promise<Run[]> {
  const query = new URLSearchParams({ notebook: join(lab.workspace, notebook) });
  const { items } = await api<ResponseOf<typeof listRuns>>(lab, `/runs?${query}`);
  return Promise.all(items.map(({ runId }) => api<Run>(lab, `/runs/${runId}`)));
}

export const codeCell = (page: Page, index: number) =>
  page.locator('.jp-Notebook .jp-CodeCell').nth(index);

/** Types the code into the cell and leaves it there. */
export async function fillCell(page: Page, index: number, code: string): Promise<void> {
  await codeCell(page, index).locator('.cm-content').fill(code);
}

/** Sends the cell to the kernel, as Ctrl+Enter does, and does not wait. */
export async function sendCell(page: Page, index: number): Promise<void> {
  await codeCell(page, index).locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
}

/** What stands beside the cell: `[ ]:`, `[*]:`, `[3]:`. */
export const promptOf = (page: Page, index: number): Promise<string> =>
  codeCell(page, index).locator('.jp-InputPrompt').innerText();

/** Runs the cell and gives back its prompt when it is done. */
export async function runCell(page: Page, index: number): Promise<string> {
  // The toolbar says idle before there is a kernel; a key that comes too early makes JupyterLab ask which kernel to take.
  await page.locator('#jp-main-statusbar', { hasText: '| Idle' }).waitFor({ timeout: PATIENCE });
  const before = countIn(await promptOf(page, index));
  await sendCell(page, index);
  return eventually(
    `cell ${index} to end`,
    async () => {
      const prompt = await promptOf(page, index);
      return countIn(prompt) !== undefined && countIn(prompt) !== before ? prompt : undefined;
    },
    PATIENCE
  );
}

const countIn = (prompt: string) => /\d+/.exec(prompt)?.[0];

export const outputOf = async (page: Page, index: number): Promise<string> =>
  (await codeCell(page, index).locator('.jp-OutputArea').first().innerText()).trim();

export const statusItem = (page: Page) => page.locator('.sl-status');

/** Once it says so. */
export async function untilStatus(page: Page, says: RegExp, patience = PATIENCE): Promise<string> {
  return eventually(
    `the status item to say ${says}`,
    async () => {
      const text = await statusItem(page).innerText();
      return says.test(text) ? text : undefined;
    },
    patience
  );
}
