// Where a call's fields travel: in the path what the path names, the rest in the query or the body.
import type { Route } from './routes.ts';

export interface Request {
  path: string;
  body?: string;
}

export function requestOf(
  route: Pick<Route, 'method' | 'path'>,
  input: Record<string, unknown>
): Request {
  const rest = { ...input };
  const path = route.path.replace(/:(\w+)/g, (_, field: string) => {
    const value = rest[field];
    delete rest[field];
    return encodeURIComponent(String(value));
  });
  if (route.method !== 'GET' && route.method !== 'DELETE')
    return { path, body: JSON.stringify(rest) };
  const query = new URLSearchParams();
  for (const [field, value] of Object.entries(rest)) {
    if (value !== undefined)
      query.set(field, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const text = query.toString();
  return { path: text ? `${path}?${text}` : path };
}
