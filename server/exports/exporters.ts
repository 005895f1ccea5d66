// Every target, one line each.
import { airflow } from './airflow.ts';
import type { Exporter } from './exporter.ts';

export const exporters: readonly Exporter[] = [airflow];
