import type { Translation } from '../shape';
export const phone = {} satisfies Translation;
