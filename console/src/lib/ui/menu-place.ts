export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Wish {
  align: 'start' | 'end';
  side: 'top' | 'bottom';
  rtl: boolean;
}

const GAP = 4;
const EDGE = 8;

/** Where a menu goes beside its button: on the wished side if it fits there, and never beyond the window. */
export function place(button: Box, menu: { width: number; height: number }, view: { width: number; height: number }, wish: Wish) {
  const toLeftEdge = (wish.align === 'start') !== wish.rtl;
  const left = toLeftEdge ? button.left : button.right - menu.width;
  const below = button.bottom + GAP;
  const above = button.top - GAP - menu.height;
  const fitsBelow = below + menu.height <= view.height - EDGE;
  const fitsAbove = above >= EDGE;
  const up = wish.side === 'top' ? fitsAbove || !fitsBelow : !fitsBelow && fitsAbove;
  return {
    left: clamp(left, EDGE, view.width - menu.width - EDGE),
    top: clamp(up ? above : below, EDGE, view.height - menu.height - EDGE)
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
