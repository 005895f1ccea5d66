import type { TranslationBundle } from '@jupyterlab/translation';
import type { Endpoint } from '../../server/contract/deployments.ts';
import { formatNumber } from '../ui/numbers.ts';

export const MARKS: Record<Endpoint['state'], string> = {
  starting: 'live',
  ready: 'good',
  switching: 'live',
  failed: 'bad',
  stopped: 'quiet'
};

export function endpointState(state: Endpoint['state'], trans: TranslationBundle): string {
  const words: Record<Endpoint['state'], string> = {
    starting: trans.__('starting'),
    ready: trans.__('healthy'),
    switching: trans.__('switching'),
    failed: trans.__('failed'),
    stopped: trans.__('stopped')
  };
  return words[state];
}

/** `flight-delay@champion v5`. */
export function served({ model, alias, version }: Endpoint): string {
  return [alias ? `${model}@${alias}` : model, version && `v${version}`].filter(Boolean).join(' ');
}

export function endpointWords(endpoint: Endpoint, trans: TranslationBundle): string {
  const { state, p95, errors } = endpoint;
  return [
    served(endpoint),
    endpointState(state, trans),
    p95 === undefined ? undefined : trans.__('p95 %1 ms', formatNumber(p95)),
    errors > 0 ? trans._n('%1 failed', '%1 failed', errors) : undefined
  ]
    .filter(Boolean)
    .join(' · ');
}
