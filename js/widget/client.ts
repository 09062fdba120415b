/** What the page says to the kernel. */

export interface Outgoing {
  do: string;
  [key: string]: unknown;
}

/**
 * Changes of sliders: at most one unanswered per lab, newest wins, the last one is always delivered.
 *
 * A frame answers a change by carrying its number. When no frame comes (the lab is hidden, the kernel is busy on the
 * only thread that a front end offers) the next change goes out after `patience` ms all the same.
 */
export class ChangeSender {
  private pending = new Map<number, { value: number; released: boolean }>();
  private unanswered: number | null = null;
  private sentAt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private number = 0;

  constructor(
    private readonly send: (message: Outgoing) => void,
    private readonly now: () => number = () => performance.now(),
    private readonly patience = 250
  ) {}

  /** Value of the control that waits to be sent or shown; undefined when there is none. */
  waiting(control: number): number | undefined {
    return this.pending.get(control)?.value;
  }

  get busy(): boolean {
    return this.unanswered !== null || this.pending.size > 0;
  }

  change(control: number, value: number, released: boolean): void {
    this.pending.set(control, { value, released });
    this.flush();
  }

  /** A frame shows all changes up to `number`. Returns how long the newest took to be answered, ms, if that is news. */
  answered(number: number): number | null {
    if (this.unanswered === null || number < this.unanswered) {
      return null;
    }
    const took = this.now() - this.sentAt;
    this.unanswered = null;
    this.flush();
    return took;
  }

  close(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    this.timer = null;
    this.pending.clear();
  }

  private flush(): void {
    if (!this.pending.size) {
      return;
    }
    const wait = this.unanswered === null ? 0 : this.sentAt + this.patience - this.now();
    if (wait > 0) {
      if (this.timer === null) {
        this.timer = setTimeout(() => {
          this.timer = null;
          this.flush();
        }, wait);
      }
      return;
    }
    this.number += 1;
    const changes = [...this.pending].map(([control, one]) => ({ control, value: one.value, released: one.released }));
    this.pending.clear();
    this.unanswered = this.number;
    this.sentAt = this.now();
    this.send({ do: 'set', number: this.number, changes });
  }
}
