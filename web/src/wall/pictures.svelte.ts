// How pictures are drawn on the wall: closer, brighter, with more contrast. Of this view only; what is saved is as it was recorded.
import { WHOLE, transform, type Zoom } from './zoom';

export interface Picture {
  zoom: Zoom;
  /** 1: as recorded. */
  brightness: number;
  contrast: number;
}
const AS_IS: Picture = { zoom: WHOLE, brightness: 1, contrast: 1 };

export class Pictures {
  #all = $state<Record<string, Picture>>({});

  of(camera: string): Picture {
    return this.#all[camera] ?? AS_IS;
  }
  set(camera: string, change: Partial<Picture>): void {
    this.#all[camera] = { ...this.of(camera), ...change };
  }
  reset(camera: string): void {
    this.#all[camera] = AS_IS;
  }
  style(camera: string): { transform: string; filter: string } {
    const { zoom, brightness, contrast } = this.of(camera);
    const filter = brightness === 1 && contrast === 1 ? 'none' : `brightness(${brightness}) contrast(${contrast})`;
    return { transform: transform(zoom), filter };
  }
  changed(camera: string): boolean {
    const { zoom, brightness, contrast } = this.of(camera);
    return zoom.scale > 1 || brightness !== 1 || contrast !== 1;
  }
}
