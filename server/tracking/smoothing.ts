// An exponential moving average that is not drawn towards zero at its start.

/**
 * Of the finite values only; null where there was none yet. Each average is divided by the sum of the weights that went
 * into it (1 − weight^n): without that the first ones lean towards the zero it starts from.
 * @param counts how many values each stands for, as their mean; one where left out.
 */
export function smooth(
  values: readonly number[],
  weight: number,
  counts?: readonly number[]
): (number | null)[] {
  let sum = 0;
  let given = 0;
  return values.map((value, index) => {
    if (Number.isFinite(value)) {
      const kept = weight ** (counts?.[index] ?? 1);
      sum = sum * kept + value * (1 - kept);
      given = given * kept + (1 - kept);
    }
    return given === 0 ? null : sum / given;
  });
}
