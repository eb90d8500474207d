import { describe, expect, it } from 'vitest';
import { pulled, stepped, transform, WHOLE, within, zoomed, type Zoom } from './zoom';

/** Where a point of the picture is drawn, shares of the tile. */
const drawn = ({ scale, x }: Zoom, p: number) => 0.5 + (p - x) * scale;

describe('looking closer', () => {
  it('keeps the point under the pointer where it is', () => {
    let zoom = WHOLE;
    const point = zoom.x + (0.3 - 0.5) / zoom.scale;
    for (const by of [1.5, 1.5, 2, 0.8]) {
      zoom = zoomed(zoom, by, 0.3, 0.6);
      expect(drawn(zoom, point)).toBeCloseTo(0.3, 9);
    }
  });
  it('never shows what is outside of the picture', () => {
    let seed = 5;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    let zoom = WHOLE;
    for (let step = 0; step < 2000; step++) {
      zoom =
        random() < 0.5
          ? zoomed(zoom, 0.3 + random() * 3, random(), random())
          : pulled(zoom, random() * 4 - 2, random() * 4 - 2);
      expect(drawn(zoom, 0)).toBeLessThanOrEqual(1e-9);
      expect(drawn(zoom, 1)).toBeGreaterThanOrEqual(1 - 1e-9);
    }
  });
  it('is whole again after twice and four times', () => {
    expect([stepped(WHOLE).scale, stepped(stepped(WHOLE)).scale]).toEqual([2, 4]);
    expect(stepped(stepped(stepped(WHOLE)))).toEqual(WHOLE);
    expect(within({ scale: 0.1, x: 3, y: -1 })).toEqual(WHOLE);
    expect(transform(WHOLE)).toBe('translate(0%, 0%) scale(1)');
  });
});
