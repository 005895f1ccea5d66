// YAML is read with the first model or folder of MLflow's, not at the start.
import { createRequire } from 'node:module';
import type {
  CreateNodeOptions,
  DocumentOptions,
  ParseOptions,
  SchemaOptions,
  ToJSOptions,
  ToStringOptions
} from 'yaml';
const require = createRequire(import.meta.url);

const yaml = () => require('yaml') as typeof import('yaml');

/** Both as of the package `yaml`. */
export const parseYaml = (
  text: string,
  options: ParseOptions & DocumentOptions & SchemaOptions & ToJSOptions
): unknown => yaml().parse(text, options);

export const writeYaml = (
  value: unknown,
  options: DocumentOptions & SchemaOptions & CreateNodeOptions & ToStringOptions
): string => yaml().stringify(value, options);
