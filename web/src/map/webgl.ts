// Whether this browser draws WebGL 2 at all; old office computers may not.
let known: boolean | undefined;

export function hasWebGl(): boolean {
  known ??= (() => {
    try {
      return document.createElement('canvas').getContext('webgl2') !== null;
    } catch {
      return false;
    }
  })();
  return known;
}
