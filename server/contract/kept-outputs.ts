// Whoever writes a restored version into a notebook, the browser or the command line, leaves there what is still true.
type Cells = readonly { id?: string; cell_type: string; source: string | string[] }[];

/** Cells that are restored as they are now keep what they last showed: it is still true. */
export function keepOutputs<Cell extends Cells[number]>(
  restored: readonly Cell[],
  now: Cells
): Cell[] {
  const byId = new Map(now.map(cell => [cell.id, cell]));
  return restored.map(cell => {
    const known = cell.id === undefined ? undefined : byId.get(cell.id);
    const isSame = known?.cell_type === 'code' && textOf(known.source) === textOf(cell.source);
    if (!isSame || cell.cell_type !== 'code') return cell;
    const { outputs, execution_count } = known as { outputs?: unknown; execution_count?: unknown };
    return { ...cell, outputs: outputs ?? [], execution_count: execution_count ?? null };
  });
}

const textOf = (source: string | string[]) => (Array.isArray(source) ? source.join('') : source);
