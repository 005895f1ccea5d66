/// <reference types="node" />
// The HTTP of the logging API: events, files of the session's run, logged models. `fetch` and nothing else.
import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Receipt, SessionBatch } from '../delivery/outbox.ts';
import type { Session } from './session.ts';
import type { WaitingUpload } from './upload-files.ts';

const API = '/stepladder/v1';
const MLFLOW = '/api/2.0/mlflow';
const PATIENCE = 10_000;
const AWAY = new Set([401, 403, 408, 425, 429]);

/** The server answered and will not take it; trying again would not help. */
export class Refused extends Error {}

export interface ServerCalls {
  postEvents(batch: SessionBatch): Promise<Receipt>;
  uploadArtifact(upload: WaitingUpload): Promise<void>;
  uploadModel(upload: WaitingUpload): Promise<void>;
}

/** @param onRuns told the server's ids of runs that were begun by hand, by what the session calls them. */
export function createServerCalls(
  session: Session,
  onRuns: (known: Readonly<Record<string, string>>) => void
): ServerCalls {
  async function call(method: string, path: string, body: BodyInit, type = 'application/json') {
    try {
      return await send(method, path, body, type);
    } catch (error) {
      if (!(error instanceof Refused)) session.lookAgain?.();
      throw error;
    }
  }

  async function send(method: string, path: string, body: BodyInit, type: string) {
    if (session.url === undefined) throw new Error('The server has no address yet');
    const response = await fetch(`${session.url}${path}`, {
      method,
      body,
      headers: { ...session.headers, 'content-type': type },
      // A large file may take its time; a call that only carries JSON may not.
      ...(body instanceof Blob ? {} : { signal: AbortSignal.timeout(PATIENCE) })
    });
    const text = await response.text();
    if (response.ok) return text ? (JSON.parse(text) as unknown) : {};
    const what = `${response.status} ${text.slice(0, 500)}`;
    throw AWAY.has(response.status) || response.status >= 500 ? new Error(what) : new Refused(what);
  }
  const json = (method: string, path: string, body: unknown) =>
    call(method, path, JSON.stringify(body));

  const runOf = ({ sessionId, notebook, run }: WaitingUpload) =>
    json('POST', `${API}/sessions/${sessionId}/run`, { notebook, run }) as Promise<{
      runId: string;
      experimentId: string;
    }>;

  async function makeModel(waiting: WaitingUpload) {
    const { runId, experimentId } = await runOf(waiting);
    const { model } = (await json('POST', `${MLFLOW}/logged-models`, {
      experiment_id: experimentId,
      name: waiting.name,
      source_run_id: runId
    })) as { model: { info: { model_id: string } } };
    return { runId, modelId: model.info.model_id };
  }

  /** @param target below MLflow's address */
  async function upload(source: string, target: string): Promise<void> {
    if ((await stat(source)).isDirectory()) {
      for (const name of await readdir(source))
        await upload(join(source, name), `${target}/${name}`);
      return;
    }
    const path = target.split('/').map(encodeURIComponent).join('/');
    await call('PUT', `${MLFLOW}/${path}`, await openAsBlob(source), 'application/octet-stream');
  }

  return {
    async postEvents({ sessionId, ...batch }) {
      try {
        const path = `${API}/sessions/${sessionId}/events`;
        const answer = (await json('POST', path, { source: 'api', ...batch })) as {
          runs?: Record<string, string>;
        };
        if (answer.runs) onRuns(answer.runs);
        return 'taken';
      } catch (error) {
        return error instanceof Refused ? 'refused' : 'later';
      }
    },
    async uploadArtifact(waiting) {
      const { content, name, folder } = waiting;
      const { runId } = await runOf(waiting);
      await upload(content, ['runs', runId, 'artifacts', folder, name].filter(Boolean).join('/'));
    },
    async uploadModel(waiting) {
      if (!waiting.made) waiting.keep(await makeModel(waiting));
      const { runId, modelId } = waiting.made!;
      await json('POST', `${MLFLOW}/runs/outputs`, {
        run_id: runId,
        models: [{ model_id: modelId, step: 0 }]
      });
      await upload(waiting.content, `logged-models/${modelId}/artifacts`);
      await json('PATCH', `${MLFLOW}/logged-models/${modelId}`, {
        model_id: modelId,
        status: 'LOGGED_MODEL_READY'
      });
    }
  };
}
