/** Round numbers for an axis, and how to write them. */
import { unitText } from './words';

/** 1, 2 or 5 times a power of ten, not below `size`. */
export function niceStep(size: number): number {
  if (!(size > 0) || !Number.isFinite(size)) {
    return 1;
  }
  const power = Math.pow(10, Math.floor(Math.log10(size)));
  for (const factor of [1, 2, 5, 10]) {
    if (factor * power >= size * (1 - 1e-9)) {
      return factor * power;
    }
  }
  return 10 * power;
}

/** Multiples of a nice step inside [low, high], about `count` of them. */
export function ticks(low: number, high: number, count: number): { step: number; values: number[] } {
  const step = niceStep((high - low) / Math.max(1, count));
  const values: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  for (let k = first; k <= last && values.length < 100; k++) {
    values.push(k * step + 0); // + 0: never a negative zero
  }
  return { step, values };
}

/** The number as an axis shows it: as many digits as the step needs, a true minus sign. */
export function formatTick(value: number, step: number): string {
  const size = Math.max(Math.abs(value), step);
  let text: string;
  if (size >= 1e6 || step < 1e-4) {
    text = value === 0 ? '0' : value.toExponential(Math.max(0, Math.min(3, Math.floor(Math.log10(size / step)))));
  } else {
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    text = value.toFixed(digits);
  }
  return Number(text) === 0 ? '0' : text.replace('-', '\u2212');
}

/** A parameter's value with at most six digits and no trailing zeros. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  return String(Number(value.toPrecision(6)));
}

/** Name and unit of an axis. */
export function axisLabel(name: string, unit: string): string {
  return unit ? `${name} (${unitText(unit)})` : name;
}
