import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { VersionDetail } from '../../server/contract/pipelines.ts';

/** The steps of a version as they were, with its environment. */
export function VersionSource({
  detail,
  trans
}: {
  detail: VersionDetail;
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <section aria-label={trans.__('Source')}>
      <h3>{trans.__('Steps of %1', detail.version)}</h3>
      {detail.pipeline.steps.map(({ name, source, inputs, outputs }) => (
        <details key={name} className="sl-block">
          <summary>
            {name}{' '}
            <span className="sl-muted">
              {inputs.join(', ') || '–'} → {outputs.join(', ') || '–'}
            </span>
          </summary>
          <pre className="sl-source">{source}</pre>
        </details>
      ))}
      <details className="sl-block">
        <summary>
          {trans._n(
            'Environment: %1 package',
            'Environment: %1 packages',
            detail.environment.length
          )}
        </summary>
        <pre className="sl-source">{detail.environment.join('\n')}</pre>
      </details>
    </section>
  );
}
