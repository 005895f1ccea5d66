// The only HTTP in the browser: one call for every operation, through Jupyter's own address and login.
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import {
  type Operation,
  type RequestOf,
  type ResponseOf,
  toRequest
} from '../../server/contract/operation.ts';
import { errorOfAnswer, unreachable } from './call-error.ts';
import type { Route } from './routes.ts';

export type Call = <O extends Operation>(
  route: Route<O>,
  input: RequestOf<O>
) => Promise<ResponseOf<O>>;

/** Failures are `CallError`s, always. `heard` learns of each call whether the server answered it. */
export function createCall(
  settings: ServerConnection.ISettings,
  heard: (reached: boolean) => void
): Call {
  return async (route, input) => {
    const { path, body } = toRequest(route, input);
    const url = URLExt.join(settings.baseUrl, 'stepladder/api') + path;
    let response: Response;
    let text: string;
    try {
      const init: RequestInit = {
        method: route.method,
        cache: 'no-store',
        ...(body === undefined ? {} : { body, headers: { 'Content-Type': 'application/json' } })
      };
      response = await ServerConnection.makeRequest(url, init, settings);
      text = await response.text();
    } catch {
      heard(false);
      throw unreachable(
        'JupyterLab itself cannot be reached',
        'See whether its process still runs'
      );
    }
    if (!response.ok) {
      const error = errorOfAnswer(response.status, text);
      heard(!error.unreachable);
      throw error;
    }
    heard(true);
    return JSON.parse(text);
  };
}
