// An exponential moving average that is not drawn towards zero at its start.

/**
 * Of the finite values only; null where there was none yet. Each average is divided by the sum of the weights that went
 * into it (1 − weight^n): without that the first ones lean towards the zero it starts from.
 */
export function smooth(values: readonly number[], weight: number): (number | null)[] {
  let sum = 0;
  let given = 0;
  return values.map(value => {
    if (Number.isFinite(value)) {
      sum = sum * weight + value * (1 - weight);
      given = given * weight + (1 - weight);
    }
    return given === 0 ? null : sum / given;
  });
}
