// What other people's files and answers hold, whatever its type: numbers come as text, and what is missing as null.
export const text = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value);

/** An integer; what is none counts as 0. */
export const number = (value: unknown): number => Math.trunc(Number(value ?? 0)) || 0;
