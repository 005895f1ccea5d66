import { expect, test } from 'vitest';
import type { NotebookContent } from '../tokens.ts';
import { contentText } from './notebook-content.ts';

const content = (
  metadata: Record<string, unknown>,
  ofCell: Record<string, unknown> = {},
  source = 'x = 1'
): NotebookContent => ({
  path: 'a.ipynb',
  notebook: {
    cells: [{ cell_type: 'code', id: 'a', source, metadata: ofCell }],
    metadata,
    nbformat: 4,
    nbformat_minor: 5
  }
});

test('what a run writes into a notebook is no edit; code, tags, steps and the kernel are', () => {
  const before = contentText(content({ kernelspec: { name: 'python3' } }));
  const ran = content(
    { kernelspec: { name: 'python3' }, language_info: { name: 'python' } },
    { trusted: true, execution: { 'iopub.status.idle': 'now' } }
  );
  expect(contentText(ran)).toBe(before);
  for (const edited of [
    content({ kernelspec: { name: 'tslab' } }),
    content({ kernelspec: { name: 'python3' } }, { tags: ['parameters'] }),
    content({ kernelspec: { name: 'python3' } }, { stepladder: { step: 'load' } }),
    content({ kernelspec: { name: 'python3' } }, {}, 'x = 2')
  ])
    expect(contentText(edited)).not.toBe(before);
});
