export interface ExportTables {}
