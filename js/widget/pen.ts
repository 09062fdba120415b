/** Draws lines with no more points than their shape needs: a path costs its time by the number of its points. */

type Path = Pick<CanvasRenderingContext2D, 'moveTo' | 'lineTo'>;

/** No point that is left out is farther than this from the line that is drawn, px. */
export const NEAR = 0.15;

/**
 * A point is left out while a straight line from the last drawn point passes near to all that were left out since.
 *
 * The directions that do so are a cone, which each point makes narrower (J. Sklansky and V. Gonzalez, "Fast polygonal
 * approximation of digitized curves", Pattern Recognition 12, 1980). Where a line turns back, its turning point is drawn.
 */
export class Pen {
  /** The last drawn point, and the last of all. */
  private atX = NaN;
  private atY = NaN;
  private lastX = NaN;
  private lastY = NaN;
  private waits = false;
  private far = 0;
  /** Sides of the cone as directions of length 1; the cone is open to all sides at first. */
  private isOpen = true;
  private rightX = 0;
  private rightY = 0;
  private leftX = 0;
  private leftY = 0;

  constructor(private readonly path: Path) {}

  moveTo(x: number, y: number): void {
    this.end();
    this.path.moveTo(x, y);
    this.from(x, y);
  }

  lineTo(x: number, y: number): void {
    if (this.waits && !this.covers(x - this.atX, y - this.atY)) {
      this.path.lineTo(this.lastX, this.lastY);
      this.from(this.lastX, this.lastY);
    }
    this.narrow(x - this.atX, y - this.atY);
    this.lastX = x;
    this.lastY = y;
    this.waits = true;
  }

  /** Draw up to the last point. */
  end(): void {
    if (this.waits) {
      this.path.lineTo(this.lastX, this.lastY);
      this.waits = false;
    }
  }

  private from(x: number, y: number): void {
    this.atX = x;
    this.atY = y;
    this.waits = false;
    this.isOpen = true;
    this.far = 0;
  }

  /** Whether a line to the point that is so far from the last drawn one passes near to all that were left out. */
  private covers(dx: number, dy: number): boolean {
    if (dx * dx + dy * dy < this.far * this.far) {
      return false;
    }
    return this.isOpen || (this.rightX * dy - this.rightY * dx >= 0 && dx * this.leftY - dy * this.leftX >= 0);
  }

  private narrow(dx: number, dy: number): void {
    const far = Math.sqrt(dx * dx + dy * dy);
    this.far = Math.max(this.far, far);
    if (far <= NEAR) {
      return;
    }
    const sine = NEAR / far;
    const cosine = Math.sqrt(1 - sine * sine);
    const [u, v] = [dx / far, dy / far];
    const [rightX, rightY] = [u * cosine + v * sine, v * cosine - u * sine];
    const [leftX, leftY] = [u * cosine - v * sine, v * cosine + u * sine];
    if (this.isOpen || this.rightX * rightY - this.rightY * rightX >= 0) {
      this.rightX = rightX;
      this.rightY = rightY;
    }
    if (this.isOpen || this.leftX * leftY - this.leftY * leftX <= 0) {
      this.leftX = leftX;
      this.leftY = leftY;
    }
    this.isOpen = false;
  }
}
