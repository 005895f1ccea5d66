export interface DeploymentTables {}
