/**
 * Holm's step-down correction: the p-values of one family of so many tests, each as it is to be held against alpha. The
 * chance that any of the family rejects wrongly is then at most alpha (Holm 1979). Tests that could not be made count in
 * `family`, so that it is fixed before the run.
 */
export function holm(pValues: readonly number[], family: number): number[] {
  const order = [...pValues.keys()].sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const corrected = new Array<number>(pValues.length);
  let highest = 0;
  order.forEach((test, rank) => {
    highest = Math.max(highest, Math.min(1, (family - rank) * (pValues[test] as number)));
    corrected[test] = highest;
  });
  return corrected;
}
