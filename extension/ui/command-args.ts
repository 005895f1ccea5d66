// What commands are given: texts, each of which may be left out.

/** For `describedBy`. */
export const textArgs = (...names: string[]) => ({
  args: {
    type: 'object',
    properties: Object.fromEntries(names.map(name => [name, { type: 'string' }]))
  }
});

/** An argument that is given and not empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
