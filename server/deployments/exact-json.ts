// JSON that keeps 64-bit integers whole: beyond 2^53 they are bigints on our side.

interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown
  ): unknown;
  rawJSON(text: string): unknown;
}
const json = JSON as unknown as ExactJson;

const LONG_INTEGER = /(?<![\d.])\d{16,}(?![\d.eE])/;

export function parseExact(text: string): unknown {
  // Reading the source of every number is slow; few texts hold one that needs it.
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '')
      ? BigInt(source!)
      : value
  );
}

export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? json.rawJSON(String(item)) : item
  );
}
