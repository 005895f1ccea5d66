// MLflow's model signature, as an MLmodel file has it.

export interface Column {
  name: string;
  /** MLflow's: boolean, integer, long, float, double, string, binary, datetime; others are passed on as they come. */
  type: string;
  required: boolean;
}

export interface TensorSpec {
  name: string | undefined;
  /** NumPy's name. */
  dtype: string;
  shape: number[];
}

export interface Signature {
  /** A table of named columns … */
  columns?: Column[];
  /** … or tensors; neither when the model was logged without a signature. */
  tensors?: TensorSpec[];
  outputs: (Column | TensorSpec)[];
  params: string[];
}

type Entry = {
  name?: unknown;
  type?: unknown;
  required?: unknown;
  'tensor-spec'?: { dtype?: unknown; shape?: unknown };
};

export function readSignature(signature: unknown): Signature {
  const { inputs, outputs, params } = (signature ?? {}) as Record<string, unknown>;
  const entries = readEntries(inputs);
  const tensors = entries.flatMap(entry => readTensor(entry) ?? []);
  const columns = entries
    .filter(entry => entry.type !== 'tensor')
    .map((entry, index) => readColumn(entry, index));
  return {
    ...(tensors.length > 0 && { tensors }),
    ...(columns.length > 0 && { columns }),
    outputs: readEntries(outputs).map(
      (entry, index) => readTensor(entry) ?? readColumn(entry, index)
    ),
    params: readEntries(params).flatMap(entry => (typeof entry.name === 'string' ? entry.name : []))
  };
}

function readEntries(text: unknown): Entry[] {
  if (typeof text !== 'string') return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as Entry[]) : [];
  } catch {
    return [];
  }
}

function readTensor(entry: Entry): TensorSpec | undefined {
  const spec = entry['tensor-spec'];
  if (entry.type !== 'tensor' || !spec) return undefined;
  const shape = Array.isArray(spec.shape) ? spec.shape.map(Number) : [-1];
  return {
    name: typeof entry.name === 'string' ? entry.name : undefined,
    dtype: String(spec.dtype),
    shape
  };
}

function readColumn(entry: Entry, index: number): Column {
  const name = typeof entry.name === 'string' ? entry.name : String(index);
  return { name, type: String(entry.type), required: entry.required !== false };
}
