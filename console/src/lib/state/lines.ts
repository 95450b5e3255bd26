/** A text field with one value a line, such as origins. */
export function toLines(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);
}

export function fromLines(values: readonly string[] | undefined): string {
  return (values ?? []).join('\n');
}
