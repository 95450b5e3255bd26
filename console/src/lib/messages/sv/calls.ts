import type { Translation } from '../shape';
export const calls = {} satisfies Translation;
