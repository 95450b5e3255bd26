import first from './first';
import rest from './rest';

/** English, the language every other catalogue is translated from. */
export const en = { ...first, ...rest };

export default en;
