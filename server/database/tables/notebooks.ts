// Rows of `migrations/0070-notebook-moves.sql`.
export interface NotebookTables {
  notebook_moves: { from_path: string; to_path: string };
}
