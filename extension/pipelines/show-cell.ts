import type { NotebookState } from '../tokens.ts';

/** The cell in sight and active, the cursor on the line. */
export function showCell({ panel }: NotebookState, cell: number, line?: number): void {
  panel.content.activeCellIndex = cell;
  void panel.content.scrollToItem(cell, 'smart');
  const editor = panel.content.activeCell?.editor;
  if (editor && line !== undefined) editor.setCursorPosition({ line: line - 1, column: 0 });
}
