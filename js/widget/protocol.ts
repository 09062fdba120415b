/**
 * What kernel and page say to each other. brainpy_lab/lab/frames.py and lab.py are the other half.
 *
 * Frames come on the comm of the frames widget, as custom messages with flat binary buffers; everything that the page
 * says goes out on the comm of the control widget, on which the kernel is silent.
 */

import type { ProtocolsSpec } from './protocols';
import type { StateSpec } from './starts';

export interface Axis {
  name: string;
  unit: string;
}

export interface Series {
  name: string;
  /** Number of the colour in the palette. */
  colour: number;
  /** Raster: first row and number of neurons. */
  first?: number;
  size?: number;
}

export type ViewKind =
  | 'trace' | 'raster' | 'rate' | 'phase' | 'bifurcation' | 'protocol' | 'heat' | 'sheet' | 'activity' | 'weights' | 'histogram';

export interface ViewSpec {
  id: string;
  kind: ViewKind;
  /** What the menu of views calls it. */
  name: string;
  title: string;
  description: string;
  /** Whether it is shown at first; afterwards frames say so. */
  shown: boolean;
  /** What it can show, of which a frame says the number. */
  offers: string[];
  x: Axis;
  y: Axis;
  series: Series[];
  /** Phase: of each group that is offered, what may be an axis, and how many neurons there are. */
  planes?: { variables: string[]; size: number }[];
  /** Bifurcation: what may be the axis. */
  variables?: string[];
  /** Bifurcation: name and number of the sliders that it may go over. */
  choices?: [string, number][];
}

export interface ControlSpec {
  label: string;
  owner: string;
  unit: string;
  value: number;
  /** Without a slider only a number box is shown. */
  slider: boolean;
  low: number;
  high: number;
  scale: 'linear' | 'log';
  step: number | null;
  choices: number[];
  /** What the choices are called; empty where their numbers say it. */
  labels?: string[];
  /** What it does, where the name alone does not say it. */
  hint?: string;
  /** Number of another control, and with which of its values this one does something. */
  acts_with?: [number, number[]] | null;
  /** Acts on release, from t = 0. */
  rebuilds: boolean;
}

export interface LabSpec {
  id: string;
  name: string;
  kind: 'neuron' | 'synapse' | 'network';
  version: string;
  summary: string;
  dt: number;
  seed: number | null;
  float: string;
  speed: number | null;
  speeds: (number | null)[];
  views: ViewSpec[];
  /** Colours of images, from low to high, at even distances. */
  shades: string[];
  controls: ControlSpec[];
  projector: boolean;
  /** null: nothing takes input. */
  protocols: ProtocolsSpec | null;
  initial: StateSpec[];
}

export interface TraceFrame {
  kind: 'trace';
  /** Time of the left edge of the first column, and the width of one, ms. */
  from: number;
  width: number;
  /** One buffer for each series: (low, high) of every column, float32. */
  buffers: number[];
  /** Where they change with the chosen neuron: title, curves, name and unit of the axis. */
  title?: string;
  series?: Series[];
  y?: [string, string];
}

export interface RateFrame {
  kind: 'rate';
  from: number;
  width: number;
  /** One buffer for each series: Hz of every bin, float32. */
  buffers: number[];
}

export interface RasterFrame {
  kind: 'raster';
  from: number;
  /** Spikes: one buffer of times after `from` (float32, ms) and one of rows (uint32) for each series. */
  times: number[];
  rows: number[];
  /** Or an image of `shapes` (rows, columns) for each series, 0 where nothing fired; its columns divide the window. */
  images?: number[];
  shapes?: [number, number][];
  /** The row of the chosen neuron. */
  mark: number | null;
}

export interface Equilibrium {
  x: number;
  y: number;
  /** Its kind, and where it is, for people. */
  name: string;
  told: string;
  /** In 1/ms, for people. */
  eigenvalues: string;
}

export interface PhaseFrame {
  kind: 'phase';
  title: string;
  /** Whose plane it is, of which group. */
  element: number;
  of: number;
  /** The variables that are no axis: name, unit, value, and whether it is fixed for the picture. */
  others: [string, string, number, boolean][];
  /** Name and unit of the variables on both axes, and the ranges of the axes. */
  axes: [[string, string], [string, string]];
  x: [number, number];
  y: [number, number];
  /** Where the neuron is now. */
  state: [number, number];
  /** Buffers of (x, y) pairs, float32; in nullclines a pair with NaN separates pieces. */
  path: number;
  nullclines: number[];
  separatrices: number;
  /** Other starts on the same clock. */
  trials: { path: number; state: [number, number] }[];
  /** A buffer of middle and direction (x, y, u, v); directions are in shares of the axes and at most 1 long. */
  arrows: number;
  /** How many arrows fit along each axis. */
  grid: [number, number];
  points: Equilibrium[];
}

export interface BifurcationFrame {
  kind: 'bifurcation';
  title: string;
  axes: [[string, string], [string, string]];
  /** Number of the slider that it goes over. */
  control: number;
  x: [number, number];
  y: [number, number];
  /** The parameter and the variable now. */
  now: [number, number];
  /** Parts of curves of one class: `line` is a buffer of (x, y) pairs. */
  runs: { name: string; colour: number; line: number }[];
  specials: { x: number; y: number; name: string; told: string }[];
  /** Why there is nothing, '' otherwise. */
  note: string;
}

export interface ImageFrame {
  kind: 'image';
  /** Number of the choice that is shown. */
  of: number;
  title: string;
  /** Name and unit of the x axis, the y axis and the colours. */
  axes: [[string, string], [string, string], [string, string]];
  /** A byte for each pixel, row 0 at the bottom: 0 to 254 from low to high, 255 where nothing is known. */
  image: number;
  /** Rows and columns. */
  shape: [number, number];
  x: [number, number];
  y: [number, number];
  /** What the columns span, where that is not the whole axis. */
  span?: [number, number];
  /** Low and high end of the colours. */
  range: [number, number];
  /** The box of the chosen neuron: x0, y0, x1, y1. */
  mark: [number, number, number, number] | null;
  /** What the axes do not say. */
  told: string;
}

export interface HistogramFrame {
  kind: 'histogram';
  of: number;
  title: string;
  axes: [[string, string], [string, string]];
  /** A buffer of counts, float32; their bins divide the range x. */
  counts: number;
  x: [number, number];
  /** The value of the chosen neuron. */
  mark: number | null;
}

export type ViewFrame = TraceFrame | RateFrame | RasterFrame | PhaseFrame | BifurcationFrame | ImageFrame | HistogramFrame;
export type Status = 'paused' | 'running' | 'closed' | 'failed';

export interface FrameHeader {
  kind: 'frame';
  seq: number;
  t: number;
  step: number;
  status: Status;
  /** Why it is paused, or what failed. */
  note: string;
  /** The note, where there is room for a few words. */
  brief: string;
  backend: string;
  /** What a person should know, one line each. */
  notices: string[];
  seed: number | null;
  /** Options by which digits are not the usual ones. */
  inexact: { name: string; told: string }[];
  speed: number | null;
  achieved: number;
  dropped: number;
  /** Largest number of a change of the page that this frame shows. */
  answered: number;
  values: number[];
  /** The oldest step that can be reached, and the farthest that was computed. */
  past: [number, number];
  /** Left and right end of the time axis, ms. */
  window: [number, number];
  /** Counts resets: limits may shrink again. */
  epoch: number;
  /** The chosen neuron, '' when nobody has chosen one. */
  chosen: string;
  /** null: this view is not shown. */
  views: (ViewFrame | null)[];
}

export interface Frame {
  header: FrameHeader;
  buffers: DataView[];
  /** When it arrived, ms of performance.now(). */
  arrived: number;
}

/** A copy, because a buffer of a message need not lie on a multiple of four bytes. */
function copy(view: DataView): ArrayBuffer {
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer;
}

export const floats = (view: DataView): Float32Array => new Float32Array(copy(view));
export const integers = (view: DataView): Uint32Array => new Uint32Array(copy(view));
export const bytes = (view: DataView): Uint8Array => new Uint8Array(copy(view));
