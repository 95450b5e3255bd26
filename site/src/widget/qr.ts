/**
 * A QR code for handing the chat over to a phone: byte mode, error correction M, versions 1 to 10 (up to 213 bytes),
 * which is far more than a deep link needs. Gives an SVG path, or undefined when the text is too long.
 */
const MAX = 10;
/** Per version: codewords in all, error-correction codewords in a block, blocks. Level M. */
const TABLE: [number, number, number][] = [
  [26, 10, 1],
  [44, 16, 1],
  [70, 26, 1],
  [100, 18, 2],
  [134, 24, 2],
  [172, 16, 4],
  [196, 18, 4],
  [242, 22, 4],
  [292, 22, 5],
  [346, 26, 5],
];

function multiply(x: number, y: number): number {
  let z = 0;
  for (let i = 7; i >= 0; i--) z = (z << 1) ^ ((z >>> 7) * 0x11d) ^ (((y >>> i) & 1) * x);
  return z & 0xff;
}

function generator(degree: number): number[] {
  const result = new Array<number>(degree).fill(0);
  result[degree - 1] = 1;
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) result[j] = multiply(result[j]!, root) ^ (result[j + 1] ?? 0);
    root = multiply(root, 2);
  }
  return result;
}

function remainder(data: number[], divisor: number[]): number[] {
  const result = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ result.shift()!;
    result.push(0);
    divisor.forEach((coefficient, i) => (result[i] = result[i]! ^ multiply(coefficient, factor)));
  }
  return result;
}

function codewords(bytes: Uint8Array): [number, number[]] | undefined {
  for (let version = 1; version <= MAX; version++) {
    const [total, ecc, blocks] = TABLE[version - 1]!;
    const capacity = total - ecc * blocks;
    const lengthBits = version < 10 ? 8 : 16;
    if (4 + lengthBits + bytes.length * 8 > capacity * 8) continue;
    const bits: number[] = [];
    const put = (value: number, length: number) => {
      for (let i = length - 1; i >= 0; i--) bits.push((value >>> i) & 1);
    };
    put(4, 4);
    put(bytes.length, lengthBits);
    bytes.forEach((byte) => put(byte, 8));
    put(0, Math.min(4, capacity * 8 - bits.length));
    put(0, -bits.length & 7);
    for (let pad = 0xec; bits.length < capacity * 8; pad ^= 0xfd) put(pad, 8);
    const data: number[] = [];
    for (let i = 0; i < bits.length; i += 8) data.push(parseInt(bits.slice(i, i + 8).join(""), 2));

    const short = Math.floor(total / blocks) - ecc;
    const shortBlocks = blocks - (total % blocks);
    const divisor = generator(ecc);
    const parts: number[][] = [];
    const checks: number[][] = [];
    for (let i = 0, at = 0; i < blocks; i++) {
      const part = data.slice(at, (at += short + (i < shortBlocks ? 0 : 1)));
      parts.push(part);
      checks.push(remainder(part, divisor));
    }
    const out: number[] = [];
    for (let i = 0; i <= short; i++) for (const part of parts) if (i < part.length) out.push(part[i]!);
    for (let i = 0; i < ecc; i++) for (const check of checks) out.push(check[i]!);
    return [version, out];
  }
  return undefined;
}

const MASKS: ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

export function matrix(text: string): boolean[][] | undefined {
  const encoded = codewords(new TextEncoder().encode(text));
  if (!encoded) return undefined;
  const [version, data] = encoded;
  const size = version * 4 + 17;
  const grid = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const fixed = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const set = (x: number, y: number, dark: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    grid[y]![x] = dark;
    fixed[y]![x] = true;
  };

  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [cx, cy] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        set(cx + dx, cy + dy, ring !== 2 && ring !== 4);
      }
    }
  }
  const marks = version === 1 ? [] : version < 7 ? [6, size - 7] : [6, (size - 1) / 2, size - 7];
  const last = marks.length - 1;
  marks.forEach((cx, i) =>
    marks.forEach((cy, j) => {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
      for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }),
  );

  const format = (mask: number) => {
    // Level M is 0.
    let rest = mask;
    for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
    const bits = ((mask << 10) | rest) ^ 0x5412;
    const bit = (i: number) => ((bits >>> i) & 1) === 1;
    for (let i = 0; i <= 5; i++) set(8, i, bit(i));
    set(8, 7, bit(6));
    set(8, 8, bit(7));
    set(7, 8, bit(8));
    for (let i = 9; i < 15; i++) set(14 - i, 8, bit(i));
    for (let i = 0; i < 8; i++) set(size - 1 - i, 8, bit(i));
    for (let i = 8; i < 15; i++) set(8, size - 15 + i, bit(i));
    set(8, size - 8, true);
  };
  format(0);
  if (version >= 7) {
    let rest = version;
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
    const bits = (version << 12) | rest;
    for (let i = 0; i < 18; i++) {
      const dark = ((bits >>> i) & 1) === 1;
      const a = size - 11 + (i % 3);
      const b = Math.floor(i / 3);
      set(a, b, dark);
      set(b, a, dark);
    }
  }

  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let vertical = 0; vertical < size; vertical++) {
      for (let j = 0; j < 2; j++) {
        const x = right - j;
        const y = ((right + 1) & 2) === 0 ? size - 1 - vertical : vertical;
        if (!fixed[y]![x] && at < data.length * 8) {
          grid[y]![x] = ((data[at >>> 3]! >>> (7 - (at & 7))) & 1) === 1;
          at++;
        }
      }
    }
  }

  const flip = (mask: number) => {
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (!fixed[y]![x] && MASKS[mask]!(x, y) === 0) grid[y]![x] = !grid[y]![x];
  };
  let best = 0;
  let lowest = Infinity;
  for (let mask = 0; mask < 8; mask++) {
    flip(mask);
    format(mask);
    const cost = penalty(grid);
    if (cost < lowest) [best, lowest] = [mask, cost];
    flip(mask);
  }
  flip(best);
  format(best);
  return grid;
}

function penalty(grid: boolean[][]): number {
  const size = grid.length;
  let cost = 0;
  let dark = 0;
  for (const across of [true, false]) {
    for (let i = 0; i < size; i++) {
      let line = "";
      for (let j = 0; j < size; j++) line += (across ? grid[i]![j] : grid[j]![i]) ? "1" : "0";
      for (const run of line.match(/0{5,}|1{5,}/g) ?? []) cost += run.length - 2;
      cost += 40 * (line.match(/(?=10111010000|00001011101)/g) ?? []).length;
      if (across) dark += line.replace(/0/g, "").length;
    }
  }
  for (let y = 1; y < size; y++) {
    for (let x = 1; x < size; x++) {
      const c = grid[y]![x];
      if (c === grid[y]![x - 1] && c === grid[y - 1]![x] && c === grid[y - 1]![x - 1]) cost += 3;
    }
  }
  return cost + 10 * Math.floor(Math.abs((dark / size / size) * 20 - 10));
}

/** A path over a `size + 8` square, quiet zone included. */
export function qr(text: string): { size: number; path: string } | undefined {
  const grid = matrix(text);
  if (!grid) return undefined;
  let path = "";
  grid.forEach((row, y) => row.forEach((dark, x) => dark && (path += `M${x + 4} ${y + 4}h1v1h-1z`)));
  return { size: grid.length + 8, path };
}
