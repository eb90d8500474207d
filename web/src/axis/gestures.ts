// The pointer on the axis, as on a map: the wheel zooms, dragging pans, two fingers pinch, a click is a click.

export interface Gestures {
  /** `factor` below 1: closer. `px` from the left edge of the axis. */
  zoom: (factor: number, px: number) => void;
  pan: (px: number) => void;
  scroll: (px: number) => void;
  over: (px: number, target: Element) => void;
  out: () => void;
  click: (px: number, target: Element) => void;
}

/** How far a pointer may move and still have clicked, pixels. */
const STILL = 4;

export function gestures(node: HTMLElement, on: Gestures): { destroy: () => void } {
  const down = new Map<number, { x: number; y: number }>();
  let moved = 0;
  const left = () => node.getBoundingClientRect().left;

  const wheel = (event: WheelEvent) => {
    if (event.ctrlKey && event.deltaY === 0) return;
    event.preventDefault();
    // Lines and pages of old mice as pixels.
    const unit = event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) on.pan(-sideways * unit);
    else on.zoom(Math.exp(Math.max(-240, Math.min(240, event.deltaY * unit)) / 400), event.clientX - left());
  };
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return;
    if (down.size === 0) moved = 0;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const move = (event: PointerEvent) => {
    const was = down.get(event.pointerId);
    if (!was) {
      if (event.pointerType !== 'touch') on.over(event.clientX - left(), event.target as Element);
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    moved += Math.hypot(now.x - was.x, now.y - was.y);
    if (moved < STILL) return;
    if (!node.hasPointerCapture(event.pointerId)) {
      node.setPointerCapture(event.pointerId);
      on.out();
    }
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, now);
    if (other) {
      const apart = (one: { x: number }) => Math.max(20, Math.abs(one.x - other.x));
      on.zoom(apart(was) / apart(now), (now.x + other.x) / 2 - left());
    } else {
      on.pan(now.x - was.x);
      // A finger scrolls by the browser's own hand.
      if (event.pointerType !== 'touch') on.scroll(was.y - now.y);
    }
  };
  const release = (event: PointerEvent) => {
    const clicked = down.delete(event.pointerId) && event.type === 'pointerup' && moved < STILL && down.size === 0;
    if (clicked) on.click(event.clientX - left(), event.target as Element);
  };
  const leave = () => on.out();

  node.addEventListener('wheel', wheel, { passive: false });
  node.addEventListener('pointerdown', press);
  node.addEventListener('pointermove', move);
  node.addEventListener('pointerup', release);
  node.addEventListener('pointercancel', release);
  node.addEventListener('pointerleave', leave);
  return {
    destroy: () => {
      node.removeEventListener('wheel', wheel);
      node.removeEventListener('pointerdown', press);
      node.removeEventListener('pointermove', move);
      node.removeEventListener('pointerup', release);
      node.removeEventListener('pointercancel', release);
      node.removeEventListener('pointerleave', leave);
    },
  };
}
