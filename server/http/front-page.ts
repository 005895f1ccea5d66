// What a browser finds at the address itself, where MLflow's client says that a run can be viewed: the way to where it can be.
import type { FastifyInstance } from 'fastify';

export const FRONT_PAGE = '/';

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Stepladder</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 36rem; margin: 3rem auto; padding: 0 1rem; }
</style>
<h1>Stepladder</h1>
<p>This is the metadata server. It has no pages of its own: runs and models are shown in JupyterLab, in the Stepladder sidebar,
and by <code>stepladder runs</code> and <code>stepladder models</code> on the command line.</p>
<p>MLflow's clients log here with this address as <code>MLFLOW_TRACKING_URI</code> and the server's token as
<code>MLFLOW_TRACKING_TOKEN</code>.</p>
</html>
`;

/** Says nothing of what is stored, so it asks for no token. */
export function frontPage(app: FastifyInstance): void {
  app.get(FRONT_PAGE, { config: { operation: 'front-page' } }, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(page)
  );
}
