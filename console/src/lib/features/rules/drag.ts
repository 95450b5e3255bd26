import type { Attachment } from 'svelte/attachments';

interface Options {
  /** Where the row of this handle stands now. */
  at: () => number;
  move: (from: number, to: number) => void;
  /** Somebody let go. */
  done: () => void;
}

/** Near the edge of the window the page scrolls along, so far from it and so fast. */
const EDGE_PX = 72;
const SCROLL_PX = 12;

/**
 * A handle that drags its row along a list, by mouse, pen and finger. Rows change places while it is dragged; what is
 * listened to stands on the window, because a row that is moved in the document loses what it had captured.
 */
export function dragHandle({ at, move, done }: Options): Attachment<HTMLElement> {
  return (handle) => {
    let stop: (() => void) | null = null;

    function start(event: PointerEvent) {
      if (event.button !== 0 || stop) return;
      event.preventDefault();
      const row = handle.closest('li');
      const list = row?.parentElement;
      if (!row || !list) return;
      let y = event.clientY;
      let frame = 0;
      row.classList.add('dragged');

      function follow() {
        const rows = [...list!.children].filter((one) => one.localName === 'li');
        const here = at();
        const before = rows[here - 1]?.getBoundingClientRect();
        const after = rows[here + 1]?.getBoundingClientRect();
        if (before && y < before.top + before.height / 2) move(here, here - 1);
        else if (after && y > after.top + after.height / 2) move(here, here + 1);
        const up = y < EDGE_PX, down = y > innerHeight - EDGE_PX;
        if (up || down) scrollBy(0, up ? -SCROLL_PX : SCROLL_PX);
        frame = requestAnimationFrame(follow);
      }

      const moved = (next: PointerEvent) => (y = next.clientY);
      const end = () => {
        stop?.();
        done();
      };
      stop = () => {
        cancelAnimationFrame(frame);
        row.classList.remove('dragged');
        removeEventListener('pointermove', moved);
        removeEventListener('pointerup', end);
        removeEventListener('pointercancel', end);
        stop = null;
      };
      addEventListener('pointermove', moved);
      addEventListener('pointerup', end);
      addEventListener('pointercancel', end);
      frame = requestAnimationFrame(follow);
    }

    handle.addEventListener('pointerdown', start);
    return () => {
      handle.removeEventListener('pointerdown', start);
      stop?.();
    };
  };
}
