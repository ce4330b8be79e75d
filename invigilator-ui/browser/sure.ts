/** What has to be there: without it the test ends here, and says what is missing. */
export function sure<T>(one: T | undefined, what: string): T {
  if (one === undefined) throw new Error(`${what} is missing`);
  return one;
}
