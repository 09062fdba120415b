/** A recorded lab: the frames of lab/recording.py, unpacked, and the moment that is shown. */
import type { Frame, FrameHeader, LabSpec } from './protocol';

export interface Recording {
  spec: LabSpec;
  headers: FrameHeader[];
  /** For each place of a buffer and each frame: offset and length in the buffer before, and number of fresh bytes. */
  cuts: [number, number, number][][];
  /** The fresh bytes, packed by zlib, in base64. */
  blob: string;
  fps: number;
}

/** The fresh bytes. */
export async function unpack(blob: string): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(blob), char => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Buffers of every frame, from what each has of the one before and what is fresh. */
export function buffersOf(cuts: Recording['cuts'], fresh: Uint8Array): DataView[][] {
  const frames: DataView[][] = (cuts[0] ?? []).map(() => []);
  let at = 0;
  for (const place of cuts) {
    let before = new Uint8Array(0);
    place.forEach(([offset, length, more], k) => {
      const now = new Uint8Array(length + more);
      now.set(before.subarray(offset, offset + length));
      now.set(fresh.subarray(at, at + more), length);
      at += more;
      frames[k].push(new DataView(now.buffer));
      before = now;
    });
  }
  return frames;
}

/** Plays frames at their rate: which one is shown, and when the next is due. */
export class Tape {
  position = 0;
  playing = false;
  private since = 0;
  private from = 0;

  constructor(
    readonly length: number,
    readonly fps: number
  ) {}

  play(now: number): void {
    this.playing = true;
    this.since = now;
    this.from = this.position >= this.length - 1 ? 0 : this.position;
    this.position = this.from;
  }

  pause(): void {
    this.playing = false;
  }

  go(position: number): void {
    this.position = Math.min(this.length - 1, Math.max(0, Math.round(position)));
    this.playing = false;
  }

  /** True when another frame is to be shown; at the end it stops. */
  tick(now: number): boolean {
    if (!this.playing) {
      return false;
    }
    const next = Math.min(this.length - 1, this.from + Math.floor(((now - this.since) / 1000) * this.fps));
    this.playing = next < this.length - 1;
    if (next === this.position && this.playing) {
      return false;
    }
    this.position = next;
    return true;
  }
}

/** One frame as the page of a live lab gets it. */
export function frameAt(headers: FrameHeader[], buffers: DataView[][], k: number, playing: boolean, now: number): Frame {
  const header: FrameHeader = { ...headers[k], seq: k + 1, status: playing ? 'running' : 'paused', note: '', brief: '', notices: [] };
  return { header, buffers: buffers[k], arrived: now };
}
