import type { Attachment } from 'svelte/attachments';

/** So far a press may wander and still be a press. */
const SLACK_PX = 4;

interface Options {
  isOn: () => boolean;
  /** Where the pointer is, in pixels of the window. */
  onmove: (event: PointerEvent, dx: number, dy: number) => void;
  ondone: (event: PointerEvent, isDragged: boolean) => void;
  oncancel: () => void;
}

/**
 * Follows a mouse or a pen from a press to its end; Esc gives it up. A finger scrolls: what can be dragged can be done
 * by keys and by the panel as well.
 */
export function hand({ isOn, onmove, ondone, oncancel }: Options): Attachment<HTMLElement> {
  return (node) => {
    let stop: (() => void) | null = null;

    function down(event: PointerEvent) {
      if (event.button !== 0 || event.pointerType === 'touch' || stop || !isOn()) return;
      const { clientX, clientY } = event;
      let isDragged = false;
      const moved = (next: PointerEvent) => {
        const dx = next.clientX - clientX, dy = next.clientY - clientY;
        isDragged ||= Math.abs(dx) + Math.abs(dy) > SLACK_PX;
        if (isDragged) onmove(next, dx, dy);
      };
      const up = (next: PointerEvent) => {
        stop?.();
        ondone(next, isDragged);
      };
      const give = () => {
        stop?.();
        oncancel();
      };
      const key = (next: KeyboardEvent) => next.key === 'Escape' && give();
      stop = () => {
        removeEventListener('pointermove', moved);
        removeEventListener('pointerup', up);
        removeEventListener('pointercancel', give);
        removeEventListener('keydown', key, true);
        stop = null;
      };
      addEventListener('pointermove', moved);
      addEventListener('pointerup', up);
      addEventListener('pointercancel', give);
      addEventListener('keydown', key, true);
    }

    node.addEventListener('pointerdown', down);
    return () => {
      node.removeEventListener('pointerdown', down);
      stop?.();
    };
  };
}
