/** Bytes before the samples. */
const HEADER = 44;

/** A WAV file of one channel and 16 bits. */
export function toWav(samples: Float32Array, rate: number): ArrayBuffer {
  const file = new DataView(new ArrayBuffer(HEADER + samples.length * 2));
  const word = (at: number, text: string) => [...text].forEach((sign, n) => file.setUint8(at + n, sign.charCodeAt(0)));
  word(0, 'RIFF');
  file.setUint32(4, HEADER - 8 + samples.length * 2, true);
  word(8, 'WAVEfmt ');
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, rate, true);
  file.setUint32(28, rate * 2, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  word(36, 'data');
  file.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, n) => {
    const whole = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
    file.setInt16(HEADER + n * 2, whole, true);
  });
  return file.buffer;
}

/** The loudest of some samples, between 0 and 1, as an ear hears it: 60 dB below the loudest there is, it is 0. */
export function loudness(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak === 0 ? 0 : Math.max(0, Math.min(1, 1 + (20 * Math.log10(peak)) / 60));
}

/** Minutes and seconds: `0:07`. What began counts. */
export function clock(ms: number): string {
  const secs = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(secs / 60)}:${String(secs % 60).padStart(2, '0')}`;
}
