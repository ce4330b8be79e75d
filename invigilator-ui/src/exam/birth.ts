/** The date of three typed numbers as `2001-04-30`; nothing when there is no such day. */
export function dateOf(day: string, month: string, year: string): string | undefined {
  const numbers = [day, month, year].map((text) => (/^\d{1,4}$/.test(text.trim()) ? Number(text) : NaN));
  const [d, m, y] = numbers as [number, number, number];
  const date = new Date(Date.UTC(y, m - 1, d));
  const exists = y >= 1900 && date.getUTCDate() === d && date.getUTCMonth() === m - 1;
  return exists ? date.toISOString().slice(0, 10) : undefined;
}
