// Rows of `migrations/0041-transfer.sql`.

export interface TransferMarkRow {
  source: string;
  kind: 'experiment' | 'run' | 'model';
  source_id: string;
  mark: string;
}

export interface TransferTables {
  transfer_marks: TransferMarkRow;
}
