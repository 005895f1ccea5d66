/** A stretch of top-level statements of one cell. Lines are 1-based, both ends included. */
export interface OutlinePart {
  kind: 'import' | 'definition' | 'other';
  /** The names that an import or definition binds; `*` for a star import. */
  names: string[];
  fromLine: number;
  toLine: number;
}

export interface Outline {
  parts: OutlinePart[];
}
