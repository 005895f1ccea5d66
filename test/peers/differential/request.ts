// One request of the corpus, as it is sent to both servers.
export interface Request {
  /** Names it in the list of differences: section, then what it asks. */
  id: string;
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the server's address. `{name}` stands for what an earlier answer gave. */
  path: string;
  /** JSON, or text that is sent as it is. */
  body?: unknown;
  type?: string;
  /** name → where in the answer: `experiment_id`, `run.info.run_id`. */
  keep?: Record<string, string>;
}

const API = '/api/2.0/mlflow/';

/** A call of the API with its fields in a JSON body. */
export const post = (
  id: string,
  path: string,
  body: unknown = {},
  keep?: Record<string, string>
): Request => ({ id, method: 'POST', path: API + path, body, ...(keep && { keep }) });

/** A call of the API with its fields in the query; a list is the field several times. */
export function get(
  id: string,
  path: string,
  fields: Record<string, unknown> = {},
  keep?: Record<string, string>
): Request {
  const query = Object.entries(fields).flatMap(([key, value]) =>
    [value]
      .flat()
      .map(one => `${key}=${encodeURIComponent(String(one)).replace(/%7B(\w+)%7D/g, '{$1}')}`)
  );
  return { id, method: 'GET', path: `${API}${path}?${query.join('&')}`, ...(keep && { keep }) };
}

export const send = (
  id: string,
  method: 'PATCH' | 'DELETE',
  path: string,
  body: unknown = {}
): Request => ({ id, method, path: API + path, body });
