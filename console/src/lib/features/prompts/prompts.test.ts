import { describe, expect, it } from 'vitest';
import { clock, loudness, toWav } from './wav';

describe('a recording of the page', () => {
  it('is a WAV file that says what is in it', () => {
    const file = new DataView(toWav(new Float32Array([0, 1, -1, 0.5, 2]), 16_000));
    const text = (at: number, length: number) => String.fromCharCode(...Array.from({ length }, (_, n) => file.getUint8(at + n)));
    expect([text(0, 4), text(8, 8), text(36, 4)]).toEqual(['RIFF', 'WAVEfmt ', 'data']);
    expect([file.getUint32(4, true), file.getUint32(40, true), file.byteLength]).toEqual([46, 10, 54]);
    expect([file.getUint16(20, true), file.getUint16(22, true), file.getUint32(24, true), file.getUint32(28, true)]).toEqual([1, 1, 16_000, 32_000]);
    expect([0, 1, 2, 3, 4].map((n) => file.getInt16(44 + n * 2, true))).toEqual([0, 32_767, -32_767, 16_384, 32_767]);
  });

  it('shows how loud it is as an ear hears it', () => {
    expect(loudness(new Float32Array(8))).toBe(0);
    expect(loudness(new Float32Array([0.1, -1]))).toBe(1);
    expect(loudness(new Float32Array([0.001]))).toBeCloseTo(0);
    expect(loudness(new Float32Array([0.0316]))).toBeCloseTo(0.5, 2);
    expect(loudness(new Float32Array([0.0001]))).toBe(0);
  });

  it('has a length in minutes and seconds', () => {
    expect([0, 1, 1000, 59_001, 60_000, 600_000].map(clock)).toEqual(['0:00', '0:01', '0:01', '1:00', '1:00', '10:00']);
  });
});
