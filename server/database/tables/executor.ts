export interface ExecutorTables {}
