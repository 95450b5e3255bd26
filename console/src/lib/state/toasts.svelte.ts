export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'danger';
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 5000;

/** Short confirmations. Errors stay beside what failed; only what has no place of its own is said here. */
class Toasts {
  items = $state.raw<Toast[]>([]);
  #next = 1;

  say(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
    const toast: Toast = { id: this.#next++, text, tone: options.tone ?? 'plain' };
    if (options.action) toast.action = options.action;
    this.items = [...this.items.slice(-2), toast];
    setTimeout(() => this.dismiss(toast.id), toast.action ? SHOWN_MS * 2 : SHOWN_MS);
  }

  dismiss(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
