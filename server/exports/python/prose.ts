// The notebook's markdown as words for docstrings and comments.

/** Its first heading, or else its first sentence. */
export function cellSummary(markdown: string): string | undefined {
  const [first] = paragraphs(markdown);
  if (first === undefined) return undefined;
  return first.length <= 76 ? first : /^(.{10,72}?)[.:;](?:\s|$)/.exec(first)?.[1];
}

/** The paragraphs below the summary; pictures, tables, formulas and HTML are left to the notebook. */
export function cellDetails(markdown: string): string[] {
  return paragraphs(markdown).slice(1).slice(0, 3);
}

function paragraphs(markdown: string): string[] {
  return markdown
    .split(/\n\s*\n|\n(?=#)|(?<=^#.*)\n/m)
    .filter(text => !/^\s*(?:!\[|<|\||\$\$|```|---)/.test(text))
    .map(plainText)
    .filter(text => text !== '');
}

function plainText(markdown: string): string {
  return markdown
    .replace(/^#+\s*/gm, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|`)(.+?)\1/g, '$2')
    .replace(/(?<!\w)([*_])(\S.*?)\1(?!\w)/g, '$2')
    .replace(/\s+/g, ' ')
    .trim();
}
