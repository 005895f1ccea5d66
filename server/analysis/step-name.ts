// A name for a step that nobody named: from the heading above it, else from what its code does.
import { STEP_NAME } from '../contract/notebook.ts';

export function suggestName(source: string, heading?: string): string {
  return (
    nameFrom(heading ?? '') ?? nameFrom(firstComment(source)) ?? nameFromCode(source) ?? 'step'
  );
}

function nameFrom(words: string): string | undefined {
  const heading = /^\s*#{1,6}\s+(.+)$/m.exec(words)?.[1] ?? words.split('\n')[0] ?? '';
  const name = heading
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/^[\s\d.)]+/, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .split('_')
    .slice(0, 5)
    .join('_')
    .slice(0, 40);
  return STEP_NAME.test(name) ? name : undefined;
}

function firstComment(source: string): string {
  const first = source.split('\n').find(line => line.trim() !== '') ?? '';
  const comment = /^\s*(?:#+|\/\/+)\s*(\w[^=()[\]{}]*)$/.exec(first)?.[1] ?? '';
  return comment.length <= 50 ? comment : '';
}

const ACTS: [RegExp, string][] = [
  [/\bread_(csv|parquet|json|excel|sql|table)|\bload_[a-z]+\(|\bloadtxt\(/, 'load'],
  [/train_test_split\(/, 'split'],
  [/\.fit(_transform)?\(/, 'train'],
  [/\.(predict|score)\(|_score\(|_error\(/, 'evaluate'],
  [/\.(plot|hist|scatter|show|imshow)\(|sns\./, 'plot'],
  [/\.to_(csv|parquet|json|excel)\(|\bdump\(|savefig\(/, 'save'],
  [/\.(dropna|fillna|drop_duplicates|replace)\(/, 'clean'],
  [/\.(describe|info|head|value_counts)\(/, 'explore']
];

function nameFromCode(source: string): string | undefined {
  const act = ACTS.find(([pattern]) => pattern.test(source))?.[1];
  const target = /^(?:const |let |var )?([A-Za-z_]\w*)(?:\s*:[^=]+)?\s*=[^=]/m.exec(source)?.[1];
  const definition = /^(?:def|class|function)\s+(\w+)/m.exec(source)?.[1];
  const subject = definition ?? target;
  return nameFrom([act, subject].filter(Boolean).join(' '));
}
