// The form of Elyra's `.pipeline` files (IBM's pipeline flow, `app_data.version` 1 to 8), as far as it is read here.
import { z } from 'zod';
import { problem } from '../../contract/problem.ts';

const Link = z.looseObject({ node_id_ref: z.string(), port_id_ref: z.string().optional() });
const Port = z.looseObject({
  id: z.string().optional(),
  subflow_node_ref: z.string().optional(),
  links: z.array(Link).default([])
});
const Node = z.looseObject({
  id: z.string(),
  type: z.string(),
  op: z.string().optional(),
  subflow_ref: z.looseObject({ pipeline_id_ref: z.string() }).optional(),
  app_data: z.record(z.string(), z.unknown()).default({}),
  inputs: z.array(Port).default([]),
  outputs: z.array(Port).default([])
});
const Flow = z.looseObject({
  id: z.string(),
  nodes: z.array(Node).default([]),
  app_data: z.record(z.string(), z.unknown()).default({})
});
const File = z.looseObject({
  primary_pipeline: z.string().optional(),
  pipelines: z.array(Flow)
});

export interface ElyraNode {
  id: string;
  op: string;
  label: string;
  settings: Record<string, unknown>;
  /** Ids of the nodes that it comes after. */
  after: string[];
}

export interface ElyraPipeline {
  version: number;
  /** Of the pipeline as a whole. */
  properties: Record<string, unknown>;
  /** Each after those that it needs. */
  nodes: ElyraNode[];
}

/** @throws invalid_request with what is wrong in the file */
export function readElyraFile(text: string, name: string): ElyraPipeline {
  const refuse = (why: string) =>
    problem('invalid_request', `"${name}" is not a pipeline that can be read: ${why}`, {
      remedy:
        'Give a file that Elyra saved, with at least one node that runs a notebook or a script'
    });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw refuse(`it is not JSON (${(error as Error).message})`);
  }
  const file = File.safeParse(content);
  if (!file.success) {
    const { path, message } = file.error.issues[0]!;
    throw refuse(`"${path.join('.') || 'file'}" ${message}`);
  }
  const { pipelines, primary_pipeline: primary } = file.data;
  const main = pipelines.find(({ id }) => id === primary) ?? pipelines[0];
  if (!main) throw refuse('it holds no pipeline');
  const flows = new Map(pipelines.map(flow => [flow.id, flow]));
  const nodes = inOrder(flatten(main, flows, new Set()));
  if (nodes === undefined) throw refuse('its nodes need each other in a circle');
  return {
    version: Number(main.app_data['version'] ?? 0),
    properties: objectAt(main.app_data, 'properties') ?? {},
    nodes
  };
}

/** Nodes of a flow and of those inside it: a group stands for its last nodes above, and for its first ones below. */
function flatten(
  flow: z.infer<typeof Flow>,
  flows: Map<string, z.infer<typeof Flow>>,
  open: Set<string>
): ElyraNode[] {
  const inner = new Map<string, ElyraNode[]>();
  const own = flow.nodes.filter(({ type }) => type === 'execution_node' || type === 'super_node');
  for (const node of own) {
    const below = node.subflow_ref && flows.get(node.subflow_ref.pipeline_id_ref);
    if (below && !open.has(below.id))
      inner.set(node.id, flatten(below, flows, new Set([...open, flow.id])));
  }
  const endsOf = (id: string) => {
    const group = inner.get(id);
    if (!group)
      return own.some(node => node.id === id && node.type === 'execution_node') ? [id] : [];
    const needed = new Set(group.flatMap(({ after }) => after));
    return group.map(node => node.id).filter(each => !needed.has(each));
  };
  return own.flatMap((node): ElyraNode[] => {
    const parents = node.inputs.flatMap(({ links }) => links.map(link => link.node_id_ref));
    const after = [...new Set(parents.flatMap(endsOf))];
    const group = inner.get(node.id);
    if (group) return group.map(each => (each.after.length ? each : { ...each, after }));
    if (node.type !== 'execution_node') return [];
    const settings = objectAt(node.app_data, 'component_parameters') ?? node.app_data;
    const ui = objectAt(node.app_data, 'ui_data');
    const label = [node.app_data['label'], settings['label'], ui?.['label']].find(
      each => typeof each === 'string' && each !== ''
    );
    return [{ id: node.id, op: node.op ?? '', label: String(label ?? ''), settings, after }];
  });
}

/** @returns nothing when there is a circle. */
function inOrder(nodes: ElyraNode[]): ElyraNode[] | undefined {
  const done = new Set<string>();
  const ordered: ElyraNode[] = [];
  const known = new Set(nodes.map(({ id }) => id));
  while (ordered.length < nodes.length) {
    const next = nodes.find(
      ({ id, after }) => !done.has(id) && after.every(each => done.has(each) || !known.has(each))
    );
    if (!next) return undefined;
    done.add(next.id);
    ordered.push(next);
  }
  return ordered;
}

export function objectAt(
  record: Record<string, unknown>,
  key: string
): Record<string, unknown> | undefined {
  const value = record[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
