// What the extension adds to JupyterLab's start: the same JupyterLab with and without it, in turn, in a real browser.
// `node bench/lab-start.ts [rounds]`
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { type Jupyter, startJupyter } from '../test/support/jupyter.ts';

const rounds = Number(process.argv[2] ?? 7);

interface Start {
  /** Milliseconds until the launcher is there. */
  time: number;
  requests: number;
  /** Bytes of our JavaScript, as sent. */
  ours: number;
}

/** A fresh browser profile each time: nothing is cached. */
async function measure(browser: Browser, jupyter: Jupyter): Promise<Start> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  let requests = 0;
  const sizes: Promise<number>[] = [];
  page.on('response', response => {
    requests += 1;
    if (/extensions\/stepladder\/.*\.js/.test(response.url()))
      sizes.push(response.body().then(body => body.length));
  });
  const begin = performance.now();
  await page.goto(`${jupyter.base}/lab?token=${jupyter.token}&reset`);
  await page.locator('.jp-LauncherCard').first().waitFor();
  const time = performance.now() - begin;
  const ours = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await context.close();
  return { time, requests, ours };
}

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const config = mkdtempSync(join(tmpdir(), 'stepladder-bench-'));
mkdirSync(join(config, 'labconfig'), { recursive: true });
writeFileSync(
  join(config, 'labconfig', 'page_config.json'),
  JSON.stringify({ disabledExtensions: { stepladder: true } })
);
const [withIt, without] = [
  await startJupyter({ program: 'jupyterlab' }),
  await startJupyter({ program: 'jupyterlab', environment: { JUPYTER_CONFIG_DIR: config } })
];
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
});
const found: Record<'with' | 'without', Start[]> = { with: [], without: [] };
for (let round = 0; round < rounds; round += 1) {
  found.with.push(await measure(browser, withIt));
  found.without.push(await measure(browser, without));
}
for (const [name, starts] of Object.entries(found)) {
  const times = starts.map(({ time }) => time);
  console.log(
    `${name}: launcher after ${median(times).toFixed(0)} ms (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}), ` +
      `${median(starts.map(({ requests }) => requests))} requests, ${(starts[0]!.ours / 1000).toFixed(0)} kB of our JavaScript`
  );
}
console.log(`load at the end: ${loadavg()[0]!.toFixed(1)}`);
await browser.close();
await Promise.all([withIt.stop(), without.stop()]);
