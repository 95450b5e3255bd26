import type { Translation } from '../shape';

export default {} satisfies Translation;
