// Whole numbers of 64 bits, as MLflow's wire has them: a number where a double holds it, a bigint beyond. Only what passes them
// on keeps them exact; whoever calculates or draws takes the nearest number.

export type Int64 = number | bigint;

/** A row with such fields, read or written exactly. */
export type Exact<Row> = Row extends readonly (infer Item)[]
  ? Exact<Item>[]
  : Row extends Uint8Array
    ? Row
    : Row extends object
      ? { [Field in keyof Row]: Field extends ExactField ? Widened<Row[Field]> : Exact<Row[Field]> }
      : Row;
type ExactField =
  'time' | 'step' | 'start_time' | 'end_time' | `${'from' | 'to' | 'last'}_${'time' | 'step'}`;
type Widened<Value> = Value extends number ? Int64 : Value;

/** Nobody writes more leading zeros; of endless digits a bigint takes its time. */
const LONGEST = 40;

/** @param digits with a sign, perhaps. More than 64 bits are left for `isInt64` to refuse. */
export function toInt64(digits: string): Int64 {
  const number = Number(digits);
  return Number.isSafeInteger(number) || digits.length > LONGEST ? number : BigInt(digits);
}

/** A number where a double holds it. */
export function narrowInt64(value: bigint): Int64 {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export const isInt64 = (value: unknown): value is Int64 =>
  typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);

const LAST = 2n ** 63n - 1n;

/** Surely below (above) what rounded to the number, if not by much. */
export const int64Below = (value: number): Int64 => beside(value, -1024n);
export const int64Above = (value: number): Int64 => beside(value, 1024n);
function beside(value: number, by: bigint): Int64 {
  if (Number.isSafeInteger(value)) return value;
  const moved = BigInt(value) + by;
  if (isInt64(moved)) return moved;
  return moved > 0n ? LAST : -LAST - 1n;
}

/** The furthest doubles from zero that the database still takes as whole numbers of 64 bits. */
export const MOST_INT64 = 2 ** 63 - 1024;

/** The nearest number. */
export const roundInt64 = (value: Int64): number =>
  typeof value === 'number' ? value : Math.max(-MOST_INT64, Math.min(Number(value), MOST_INT64));

/** Like `JSON.parse`; whole numbers that a double cannot hold come as bigint. */
export function parseExactly(json: string): unknown {
  const keepDigits = (_key: string, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context?.source ?? '';
    if (/^-?\d+$/.test(source)) return toInt64(source);
    // 1.7e18 is a whole number, too.
    return Number.isInteger(value) && Math.abs(value) <= MOST_INT64 ? BigInt(value) : value;
  };
  return JSON.parse(json, keepDigits);
}

/** For `JSON.stringify`, which knows no bigint: its digits. */
export const asJsonNumber = (value: bigint): unknown => rawJson(String(value));

// Of ES2026: the types do not know it yet.
export const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };
