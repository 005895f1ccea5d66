export interface ExportRow {
  export_id: string;
  notebook: string;
  target: string;
  digest: string;
  exported_time: number;
}

export interface ExportTables {
  exports: ExportRow;
}
