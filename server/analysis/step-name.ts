// A name for a step that nobody named: from the heading above it, else from what its code does.
import { STEP_NAME } from '../contract/notebook.ts';

export function suggestName(source: string, heading?: string): string {
  return (
    nameFrom(heading ?? '') ?? nameFrom(firstComment(source)) ?? nameFromCode(source) ?? 'step'
  );
}

const WORDS = 5;
const LENGTH = 32;

/** Say nothing where a name begins or ends. */
const FILLERS = /^(a|an|the|so|now|lets|let|us|we|our|my|this|these)_/;
const LOOSE_ENDS =
  /_(a|an|and|are|as|at|be|by|can|for|from|how|i|if|in|into|is|it|its|my|of|on|or|our|per|some|such|than|that|the|their|them|this|to|up|using|via|vs|we|what|when|which|while|with|you|your)$/;

function nameFrom(words: string): string | undefined {
  const heading = /^\s*#{1,6}\s+(.+)$/m.exec(words)?.[1] ?? words.split('\n')[0] ?? '';
  const said = plainText(heading)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’]/g, '')
    .toLowerCase()
    .replace(
      /^\W*((step|part|chapter|section|lesson|exercise|task)\s+)?\d+([.\d]*)[\s.):–-]+(?=\w)/,
      ''
    )
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const name = shortened(digitsBehind(without(FILLERS, said)));
  return STEP_NAME.test(name) ? name : undefined;
}

/** Links are their text; tags and addresses say nothing. */
const plainText = (markdown: string) =>
  markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>|\bhttps?:\/\/\S+|&\w+;/g, ' ');

/** Takes off what matches again and again, as long as something is left. */
function without(pattern: RegExp, name: string): string {
  const rest = name.replace(pattern, '');
  return rest === name || rest === '' ? name : without(pattern, rest);
}

/** "3d_plot" cannot be a name, "plot_3d" can. */
function digitsBehind(name: string): string {
  const [first = '', ...rest] = name.split('_');
  return /^\d/.test(first) && rest.length > 0
    ? [...rest.slice(0, WORDS - 1), first].join('_')
    : name;
}

/** Whole words, as far as there is room. */
function shortened(name: string): string {
  const words = name.split('_').slice(0, WORDS);
  while (words.length > 1 && words.join('_').length > LENGTH) words.pop();
  return without(LOOSE_ENDS, words.join('_').slice(0, LENGTH));
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
  const targets = source.matchAll(/^(?:const |let |var )?([A-Za-z_]\w*)(?:\s*:[^=]+)?\s*=[^=]/gm);
  // "train_k" says less than "train".
  const target = [...targets].map(([, name]) => name!).find(name => name.length > 1);
  const definition = /^(?:def|class|function)\s+(\w+)/m.exec(source)?.[1];
  const subject = act === undefined ? (definition ?? target) : target;
  return nameFrom([act, subject].filter(Boolean).join(' ')) ?? nameFrom(act ?? '');
}
