/** A company's own fields of an engagement, as rows that are being written. */
export interface CustomRow {
  key: number;
  name: string;
  value: string;
}

export const CUSTOM_MAX = 50;

let keys = 0;

export const newRow = (name = '', value = ''): CustomRow => ({ key: keys++, name, value });

export const rowsOf = (custom: Record<string, string>): CustomRow[] => Object.entries(custom).map(([name, value]) => newRow(name, value));

/** What is sent: every row with a name; a row without a value takes its field away. */
export function customOf(rows: readonly CustomRow[]): Record<string, string> {
  const named = rows.map(({ name, value }) => [name.trim(), value.trim()] as const);
  return Object.fromEntries(named.filter(([name, value]) => name !== '' && value !== ''));
}

/** A name that two rows have: the server would keep one of them and drop the other unsaid. */
export function twice(rows: readonly CustomRow[]): string | null {
  const names = rows.map(({ name }) => name.trim()).filter(Boolean);
  return names.find((name, at) => names.indexOf(name) !== at) ?? null;
}

export const isSame = (a: Record<string, string>, b: Record<string, string>): boolean => {
  const sorted = (custom: Record<string, string>) => JSON.stringify(Object.entries(custom).sort(([x], [y]) => (x < y ? -1 : 1)));
  return sorted(a) === sorted(b);
};
