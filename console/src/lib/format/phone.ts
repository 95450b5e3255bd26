/**
 * A phone number in E.164, in the groups that people read and say. Only spaces are put in, so that whatever is copied
 * is still the number; what does not look like E.164 (a masked one, say) stays as it came.
 */

/** Countries whose calling code has one or two digits; all others have three. */
const SHORT = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** Sizes of the groups after the calling code, by the beginning of the number. The first that fits counts. */
const GROUPS: [RegExp, readonly number[]][] = [
  [/^1\d{10}$/, [3, 3, 4]],
  [/^7\d{10}$/, [3, 3, 2, 2]],
  [/^20\d{10}$/, [3, 3, 4]],
  [/^31\d{9}$/, [2, 3, 4]],
  [/^32\d{9}$/, [3, 2, 2, 2]],
  [/^33\d{9}$/, [1, 2, 2, 2, 2]],
  [/^34\d{9}$/, [3, 3, 3]],
  [/^380\d{9}$/, [2, 3, 4]],
  [/^41\d{9}$/, [2, 3, 2, 2]],
  [/^43(?:6\d\d)\d+$/, [3]],
  [/^447\d{9}$/, [4, 6]],
  [/^442\d{9}$/, [2, 4, 4]],
  [/^45\d{8}$/, [2, 2, 2, 2]],
  [/^467\d{8}$/, [2, 3, 2, 2]],
  [/^47\d{8}$/, [3, 2, 3]],
  [/^48\d{9}$/, [3, 3, 3]],
  [/^4915\d{8,9}$/, [4]],
  [/^491[67]\d{8,9}$/, [3]],
  [/^49(?:30|40|69|89)\d+$/, [2]],
  [/^966\d{9}$/, [2, 3, 4]],
  [/^971\d{9}$/, [2, 3, 4]]
];

export function phone(value: string): string {
  const digits = /^\+(\d{7,15})$/.exec(value)?.[1];
  if (!digits) return value;
  const code = SHORT.exec(digits)?.[0] ?? digits.slice(0, 3);
  const sizes = GROUPS.find(([shape]) => shape.test(digits))?.[1] ?? threes(digits.length - code.length);
  let at = code.length;
  const parts = sizes.map((size) => digits.slice(at, (at += size)));
  return ['+' + code, ...parts, digits.slice(at)].filter(Boolean).join(' ');
}

/** Threes, with no single digit left over. */
function threes(length: number): number[] {
  const sizes: number[] = [];
  for (let left = length; left > 4; left -= 3) sizes.push(3);
  return sizes;
}
