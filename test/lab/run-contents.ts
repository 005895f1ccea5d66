// What the runs of the browser's test show: files of every kind that is looked at, a notebook that draws a curve; and axe's word on a page.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../support/jupyter.ts';
import { accessibilityFaults as faultsIn } from './accessibility.ts';

/** What axe finds in the page of ours that is in front. */
export const accessibilityFaults = (page: Page, kind: string): Promise<string[]> =>
  faultsIn(page, `.sl-page[data-kind="${kind}"]`);

/** To the runs with these ids, in the artifacts of a data folder. */
export function writeArtifacts(data: string, ids: readonly string[]): void {
  ids.forEach((id, index) => {
    const folder = join(data, 'artifacts', '0', id, 'artifacts');
    mkdirSync(join(folder, 'logs'), { recursive: true });
    const put = (name: string, content: string) => writeFileSync(join(folder, name), content);
    put('roc.svg', `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="${index + 9}"/>`);
    put('confusion_matrix.csv', `,late,on time\nlate,${50 + index},7\non time,5,90\n`);
    put(
      'report.html',
      '<p id="origin"></p><script>document.getElementById("origin").textContent = origin;' +
        'try { parent.document.title = "taken"; } catch { document.body.append(" shut out"); }</script>'
    );
    copyFileSync(
      join(root, 'test/fixtures/tensorboard/simple.tfevents'),
      join(folder, 'logs', 'events.out.tfevents.1.host')
    );
  });
}

export const curveNotebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
  cells: [
    'import stepladder',
    'for step in range(200):\n    stepladder.log_metric("loss", 1 / (step + 1), step=step)'
  ].map((source, index) => ({
    cell_type: 'code',
    id: `cell-${index}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null
  }))
};
