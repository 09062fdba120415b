/** Between a slider's position, 0 to 1, and the value it stands for. */
import type { ControlSpec } from './protocol';
import { niceStep } from './ticks';

/** The step of the arrow keys and of the number box. */
export function stepOf(control: ControlSpec): number {
  if (control.step) {
    return control.step;
  }
  if (!control.slider || control.choices.length) {
    return niceStep(Math.abs(control.value) / 100 || 0.01);
  }
  return niceStep((control.high - control.low) / 500);
}

export function toPosition(control: ControlSpec, value: number): number {
  const { low, high, scale } = control;
  const at = scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, at));
}

/** The value at a position, rounded to the step (linear) or to three digits (log); the ends are exact. */
export function fromPosition(control: ControlSpec, position: number): number {
  const { low, high, scale } = control;
  if (position <= 0) {
    return low;
  }
  if (position >= 1) {
    return high;
  }
  if (scale === 'log') {
    return Number((low * Math.pow(high / low, position)).toPrecision(3));
  }
  const step = stepOf(control);
  const origin = control.step ? low : 0;
  const value = origin + Math.round((low + position * (high - low) - origin) / step) * step;
  return Math.min(high, Math.max(low, Number(value.toPrecision(12))));
}
