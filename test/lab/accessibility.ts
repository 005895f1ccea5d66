import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in a part of the page: the rule, and the first element that breaks it. */
export async function accessibilityFaults(
  page: Page,
  part = '#stepladder-sidebar'
): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async part => {
    const { axe } = window as unknown as {
      axe: {
        run(selector: string): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run(part);
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 300) ?? ''}`);
  }, part);
}
