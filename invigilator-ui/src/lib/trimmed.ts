/** What was filled in, without the blanks around it. */
export function trimmed<Fields extends Record<string, string>>(fields: Fields): Fields {
  // No word of a list begins or ends with a blank.
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, text.trim()])) as Fields;
}
