// MLflow's registry wire: registered models (and prompts, which share the tables), their versions, aliases and stages.
import { z } from 'zod';
import { bool, count, KeyValue, many, mlflowOperation, text } from './mlflow.ts';

const optional = z.string().optional();
const Named = z.object({ name: text });
const Versioned = Named.extend({ version: z.preprocess(asText, text) });
const Alias = Named.extend({ alias: text });
const Tag = { key: text, value: z.string().default('') };
const Search = (limit: number, otherwise: number) =>
  z.object({
    filter: z.string().default(''),
    max_results: z.preprocess(
      value => value ?? otherwise,
      count.pipe(z.number().min(1).max(limit))
    ),
    order_by: many(z.string()),
    page_token: optional
  });

const MODELS = '/mlflow/registered-models';
export const createRegisteredModel = mlflowOperation(
  'POST',
  `${MODELS}/create`,
  Named.extend({ tags: many(KeyValue), description: optional })
);
export const getRegisteredModel = mlflowOperation('GET', `${MODELS}/get`, Named);
export const updateRegisteredModel = mlflowOperation(
  'PATCH',
  `${MODELS}/update`,
  Named.extend({ description: z.string().default('') })
);
export const renameRegisteredModel = mlflowOperation(
  'POST',
  `${MODELS}/rename`,
  Named.extend({ new_name: text })
);
export const deleteRegisteredModel = mlflowOperation('DELETE', `${MODELS}/delete`, Named);
export const searchRegisteredModels = mlflowOperation('GET', `${MODELS}/search`, Search(1000, 100));
export const getLatestVersions = mlflowOperation(
  ['GET', 'POST'],
  `${MODELS}/get-latest-versions`,
  Named.extend({ stages: many(z.string()) })
);
export const setRegisteredModelTag = mlflowOperation(
  'POST',
  `${MODELS}/set-tag`,
  Named.extend(Tag)
);
export const deleteRegisteredModelTag = mlflowOperation(
  'DELETE',
  `${MODELS}/delete-tag`,
  Named.extend({ key: text })
);
export const setAlias = mlflowOperation(
  'POST',
  `${MODELS}/alias`,
  Alias.extend({ version: z.preprocess(asText, text) })
);
export const deleteAlias = mlflowOperation('DELETE', `${MODELS}/alias`, Alias);
export const getByAlias = mlflowOperation('GET', `${MODELS}/alias`, Alias);

const VERSIONS = '/mlflow/model-versions';
export const createModelVersion = mlflowOperation(
  'POST',
  `${VERSIONS}/create`,
  Named.extend({
    source: text,
    run_id: optional,
    model_id: optional,
    run_link: optional,
    description: optional,
    tags: many(KeyValue)
  })
);
export const getModelVersion = mlflowOperation('GET', `${VERSIONS}/get`, Versioned);
export const updateModelVersion = mlflowOperation(
  'PATCH',
  `${VERSIONS}/update`,
  Versioned.extend({ description: z.string().default('') })
);
export const transitionStage = mlflowOperation(
  'POST',
  `${VERSIONS}/transition-stage`,
  Versioned.extend({ stage: text, archive_existing_versions: bool.default(false) })
);
export const deleteModelVersion = mlflowOperation('DELETE', `${VERSIONS}/delete`, Versioned);
export const searchModelVersions = mlflowOperation(
  'GET',
  `${VERSIONS}/search`,
  Search(200_000, 10_000)
);
export const getDownloadUri = mlflowOperation('GET', `${VERSIONS}/get-download-uri`, Versioned);
export const setModelVersionTag = mlflowOperation(
  'POST',
  `${VERSIONS}/set-tag`,
  Versioned.extend(Tag)
);
export const deleteModelVersionTag = mlflowOperation(
  'DELETE',
  `${VERSIONS}/delete-tag`,
  Versioned.extend({ key: text })
);

/** Versions are numbers that travel as strings. */
function asText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}
