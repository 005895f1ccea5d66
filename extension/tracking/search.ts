// What people type into the search box, as MLflow's filter grammar: `rmse < 20` or a piece of a name.

const COMPARISON =
  /^\s*(?:(metrics?|params?|tags?|attributes?)\.)?("[^"]+"|`[^`]+`|[\w./-]+)\s*(<=|>=|!=|=|<|>)\s*('[^']*'|"[^"]*"|\S+)\s*$/i;

/** Undefined for an empty box. What is not a comparison is looked for in the names of runs. */
export function filterOf(typed: string): string | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  const parts = text.split(/\s+and\s+/i).map(comparison);
  if (parts.every(part => part !== undefined)) return parts.join(' AND ');
  return `attributes.run_name ILIKE '%${text.replace(/['%]/g, '')}%'`;
}

function comparison(text: string): string | undefined {
  const match = COMPARISON.exec(text);
  if (!match) return undefined;
  const [, entity, key, operator, value] = match as unknown as [
    string,
    string | undefined,
    string,
    string,
    string
  ];
  const name = /^[`"]/.test(key) ? key : /^\w+$/.test(key) ? key : `\`${key}\``;
  const bare = value.replace(/^['"]|['"]$/g, '');
  const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(bare);
  if (entity)
    return `${entity}.${name} ${operator} ${/^(metrics?|attributes?)$/i.test(entity) && isNumber ? bare : `'${bare}'`}`;
  if (key === 'state' || key === 'status')
    return `attributes.status ${operator} '${bare.toUpperCase()}'`;
  if (key === 'name') return `attributes.run_name ${operator} '${bare}'`;
  return isNumber ? `metrics.${name} ${operator} ${bare}` : `params.${name} ${operator} '${bare}'`;
}
