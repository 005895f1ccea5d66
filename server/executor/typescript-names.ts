/** What a cell's code is called in stack traces. */
export const cellFile = (cell: number) => `cell-${cell}.ts`;
/** Where a cell that is being proved puts what its last line is worth. */
export const LAST_VALUE = 'tsLastExpr';
export const CELL_FRAME = /\bcell-(\d+)\.ts:(\d+):\d+/;
