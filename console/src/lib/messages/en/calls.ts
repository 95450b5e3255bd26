/** Call widgets and calls. */
export const calls = {
  callWidgets: { create: 'New call widget' },
  calls: {}
};
