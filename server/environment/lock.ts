// The lock of some code: the packages it imports at the versions installed, and what those need. Nothing is guessed from names.
import type { Installed } from './installed.ts';

/** Packages that a library only loads when one of its functions is called, and so does not require. */
const ENGINES: Record<string, [call: RegExp, packages: string[]][]> = {
  pandas: [
    [/\b(read|to)_(parquet|feather|orc)\b/, ['pyarrow', 'fastparquet']],
    [/\b(read|to)_excel\b|\bExcel(File|Writer)\b/, ['openpyxl', 'xlrd', 'xlsxwriter', 'odfpy']],
    [/\b(read|to)_hdf\b|\bHDFStore\b/, ['tables']],
    [/\b(read_sql\w*|to_sql)\b/, ['sqlalchemy']],
    [/\b(read|to)_xml\b|\bread_html\b/, ['lxml', 'html5lib', 'beautifulsoup4']],
    [/\.(plot|hist|boxplot)\b/, ['matplotlib']],
    [/\bto_markdown\b/, ['tabulate']],
    [/["'](s3|gs|gcs|abfs|az):\/\//, ['fsspec', 's3fs', 'gcsfs', 'adlfs']]
  ]
};

/** @returns `name==version`, sorted. */
export function lockOf(installed: Installed, modules: string[], source: string): string[] {
  const installedAs = new Map(installed.packages.map(line => [keyOf(line.split('==')[0]!), line]));
  const queue = modules.flatMap(module => [
    ...(installed.modules[module] ?? []),
    ...(ENGINES[module] ?? []).flatMap(([call, packages]) => (call.test(source) ? packages : []))
  ]);
  const wanted = new Set<string>();
  const visited = new Set<string>();
  while (queue.length > 0) {
    const { key, extras } = parse(queue.pop()!);
    if (!installedAs.has(key)) continue;
    wanted.add(key);
    for (const extra of ['', ...extras]) {
      if (visited.has(`${key}[${extra}]`)) continue;
      visited.add(`${key}[${extra}]`);
      queue.push(...needsOf(installed.requires[key] ?? [], extra));
    }
  }
  return [...wanted].map(key => installedAs.get(key)!).sort(byName);
}

/** What is needed with an extra, or without any. That a package is installed says that its other conditions hold. */
function needsOf(requirements: string[], extra: string): string[] {
  return requirements.filter(requirement => {
    const asked = /\bextra\s*==\s*["']([^"']+)["']/.exec(requirement)?.[1];
    return (asked ?? '') === extra;
  });
}

function parse(requirement: string): { key: string; extras: string[] } {
  const [, name = '', extras = ''] =
    /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?/.exec(requirement) ?? [];
  return {
    key: keyOf(name),
    extras: extras
      .split(',')
      .map(extra => extra.trim())
      .filter(Boolean)
  };
}

/** As package indexes compare names. */
const keyOf = (name: string) => name.replace(/[-_.]+/g, '-').toLowerCase();
const byName = (a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);
