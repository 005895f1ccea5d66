// MLflow's URIs of stores as paths.
import { fileURLToPath } from 'node:url';
import { problem } from '../contract/problem.ts';

/** @throws invalid_request for an address that is no path. */
export function pathOf(place: string): string {
  const sqlite = /^sqlite(?:\+\w+)?:\/\/\/(.*)$/i.exec(place);
  if (sqlite) return sqlite[1]!.split('?')[0]!;
  if (/^file:\/\//i.test(place)) return fileURLToPath(place);
  if (/^file:/i.test(place)) return place.slice('file:'.length);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) {
    throw problem('invalid_request', `"${place}" is no tracker that can be reached directly`, {
      remedy: `Start "mlflow server --backend-store-uri ${place}" and give its http:// address`
    });
  }
  return place;
}
