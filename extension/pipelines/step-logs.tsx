import React, { useEffect, useRef } from 'react';
import type { PipelineRun } from '../../server/contract/executor.ts';
import { getPipelineLogs } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';

/** What one step printed, as it prints. */
export function StepLogs({
  lab,
  run,
  step
}: {
  lab: Lab;
  run: PipelineRun;
  step: string;
}): React.JSX.Element {
  const { client, trans } = lab;
  const { pipelineRunId } = run;
  const logs = useQuery(
    client,
    `${pipelineRunId} ${step}`,
    () => client.call(getPipelineLogs, { pipelineRunId, step, after: 0 }),
    event => event.type === 'pipeline-run-changed' && event.pipelineRunId === pipelineRunId
  );
  const box = useRef<HTMLPreElement>(null);
  const count = logs.data?.lines.length ?? 0;
  useEffect(() => {
    if (run.state === 'running' && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count, run.state]);
  useEffect(() => {
    if (run.state !== 'running') return;
    const timer = setInterval(logs.reload, 1000);
    return () => clearInterval(timer);
  }, [run.state, pipelineRunId, step]);
  return (
    <details className="sl-logs" open={run.state === 'running' || undefined}>
      <summary>{trans._n('Output: %1 line', 'Output: %1 lines', count)}</summary>
      {count > 0 && (
        <pre ref={box} tabIndex={0} aria-label={trans.__('Output of %1', step)}>
          {logs.data!.lines.map(line => (
            <span key={line.seq} className={line.stream === 'stderr' ? 'sl-stderr' : undefined}>
              {line.text.endsWith('\n') ? line.text : `${line.text}\n`}
            </span>
          ))}
        </pre>
      )}
    </details>
  );
}
