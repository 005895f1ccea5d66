/** What a cell's code is called in stack traces. */
export const cellFile = (cell: number) => `cell-${cell}.ts`;
export const CELL_FRAME = /\bcell-(\d+)\.ts:(\d+):\d+/;
