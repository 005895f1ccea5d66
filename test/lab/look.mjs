import { startLab, screenshot } from './support.ts';
const lab = await startLab();
try {
  const page = await lab.open({ notebook: 'flights.ipynb', theme: process.argv[2] ?? 'light' });
  page.on('console', m => m.type() === 'error' && console.log('console', m.text().slice(0, 300)));
  await page.waitForTimeout(4000);
  await screenshot(page, 'look-1');
} finally {
  await lab.close();
}
