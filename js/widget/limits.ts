/** The vertical limits of a view: they grow to round numbers and never shrink while the lab runs. */
import { niceStep } from './ticks';

export class GrowingLimits {
  low = Infinity;
  high = -Infinity;

  /** `floor` is a lower limit that is always shown, as 0 for a rate. */
  constructor(private readonly floor: number | null = null) {}

  reset(): void {
    this.low = Infinity;
    this.high = -Infinity;
  }

  /** True when the limits changed. */
  include(low: number, high: number): boolean {
    if (!Number.isFinite(low) || !Number.isFinite(high)) {
      return false;
    }
    if (this.floor !== null) {
      low = Math.min(low, this.floor);
    }
    if (low >= this.low && high <= this.high) {
      return false;
    }
    const bottom = Math.min(low, this.low);
    const top = Math.max(high, this.high);
    if (bottom === 0 && top === 0) {
      return false; // nothing yet tells how large it will be
    }
    const span = top - bottom || Math.max(1e-3, Math.abs(top) * 0.2);
    const step = niceStep(span / 10);
    // A little room beyond the extreme, up to the next round number, so that growth comes in few jumps.
    if (low < this.low) {
      this.low = this.floor !== null && low >= this.floor ? this.floor : Math.floor((bottom - 0.04 * span) / step) * step;
    }
    if (high > this.high) {
      this.high = Math.ceil((top + 0.04 * span) / step) * step;
    }
    if (this.high <= this.low) {
      this.high = this.low + step;
    }
    return true;
  }

  get range(): [number, number] {
    return this.low < this.high ? [this.low, this.high] : [0, 1];
  }
}

/** Smallest and largest finite number. */
export function extent(values: Float32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low && value > -Infinity) {
      low = value;
    }
    if (value > high && value < Infinity) {
      high = value;
    }
  }
  return [low, high];
}
