// What a run stood on: the commit, the machine, the packages, the data it read; and where it led.
import React from 'react';
import type { RunDetail } from '../../server/contract/tracking.ts';
import { getModel, getRunFacts, listModels } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { formatBytes } from '../ui/numbers.ts';
import { Link } from '../ui/states.tsx';
import { RunVersion } from './run-version.tsx';

export function RunFactsView({ lab, run }: { lab: Lab; run: RunDetail }): React.JSX.Element {
  const { client, trans } = lab;
  const found = useQuery(
    client,
    `facts ${run.runId}`,
    () => client.call(getRunFacts, { runId: run.runId }),
    event => event.type === 'run-changed' && event.runId === run.runId
  );
  const facts = found.data;
  const rows: [string, React.ReactNode][] = [];
  if (run.parent) {
    const { runId, name } = run.parent;
    rows.push([
      trans.__('nested in'),
      <Link key={runId} label={name} onClick={() => lab.openPage('run', runId, name)} />
    ]);
  }
  if (run.children.length > 0) {
    rows.push([
      trans.__('nested runs'),
      run.children.map(({ runId, name }) => (
        <React.Fragment key={runId}>
          <Link label={name} onClick={() => lab.openPage('run', runId, name)} />{' '}
        </React.Fragment>
      ))
    ]);
  }
  if (run.notebook) rows.push([trans.__('version'), <RunVersion key="v" lab={lab} run={run} />]);
  rows.push([trans.__('experiment'), run.experiment]);
  if (facts?.git) {
    const { commit, branch, dirty, changed } = facts.git;
    const state =
      dirty === undefined
        ? ''
        : dirty
          ? trans._n('%1 file not committed', '%1 files not committed', changed.length)
          : trans.__('all committed');
    rows.push([
      trans.__('git'),
      <span key="git" title={[commit, ...changed].join('\n')}>
        <span className="sl-code">{commit.slice(0, 10)}</span>{' '}
        {[branch, state].filter(Boolean).join(' · ')}
      </span>
    ]);
  }
  if (facts?.kernel)
    rows.push([
      trans.__('kernel'),
      <span key="kernel" title={facts.kernel.executable}>
        {[facts.kernel.language, facts.kernel.version].filter(Boolean).join(' ')}
      </span>
    ]);
  if (facts?.machine)
    rows.push([
      trans.__('machine'),
      [facts.machine.system, facts.machine.cpus && trans.__('%1 cores', facts.machine.cpus)]
        .filter(Boolean)
        .join(' · ')
    ]);
  for (const { name, digest, context } of facts?.datasets ?? [])
    rows.push([context ?? trans.__('data'), `${name} · ${digest.slice(0, 12)}`]);
  for (const { path, bytes } of facts?.files ?? [])
    rows.push([trans.__('read'), `${path} · ${formatBytes(bytes)}`]);
  return (
    <section aria-label={trans.__('What it stands on')}>
      <h3>{trans.__('What it stands on')}</h3>
      <table className="sl-table">
        <tbody>
          {rows.map(([key, value], index) => (
            <tr key={index}>
              <th scope="row">{key}</th>
              <td>{value}</td>
            </tr>
          ))}
          <Lineage lab={lab} runId={run.runId} hasModels={run.models.length > 0} />
        </tbody>
      </table>
      {facts?.environment && facts.environment.packages.length > 0 && (
        <details className="sl-block">
          <summary>
            {trans._n('%1 package', '%1 packages', facts.environment.packages.length)}
          </summary>
          <pre className="sl-preview sl-code" tabIndex={0}>
            {facts.environment.packages
              .map(({ name, version }) => `${name}==${version}`)
              .join('\n')}
          </pre>
        </details>
      )}
    </section>
  );
}

/** The versions that were made from the run. */
function Lineage({
  lab,
  runId,
  hasModels
}: {
  lab: Lab;
  runId: string;
  hasModels: boolean;
}): React.JSX.Element {
  const { client, trans } = lab;
  const versions = useQuery(
    client,
    `versions of ${runId} ${hasModels}`,
    async () => {
      if (!hasModels) return [];
      const { items } = await client.call(listModels, {});
      const models = await Promise.all(
        items.map(({ name }) => client.call(getModel, { model: name }))
      );
      return models.flatMap(({ all }) => all.filter(version => version.runId === runId));
    },
    event => event.type === 'model-changed' || event.type === 'alias-moved'
  );
  return (
    <>
      {versions.data?.map(({ model, version, aliases }) => (
        <tr key={`${model} ${version}`}>
          <th scope="row">{trans.__('registered as')}</th>
          <td>
            <Link
              label={`${model} v${version}`}
              onClick={() => lab.openPage('model', model, model)}
            />{' '}
            {aliases.map(alias => (
              <span key={alias} className="sl-flag">
                {alias}
              </span>
            ))}
          </td>
        </tr>
      ))}
    </>
  );
}
