// A still: the exact frame at full width from the daemon, with a caption drawn under it, saved as a file.

/** What is written under a still. */
export interface Caption {
  /** Site, camera. */
  head: string;
  /** True time ± uncertainty, the camera's time. */
  times: string;
  /** Purpose, who, when saved. */
  why: string;
}

/** Lines of text as wide as a picture: broken between words. `measure` gives a text's width. */
export function broken(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line ? [...lines, line] : lines;
}

/** The picture with its caption, as PNG: nothing of the picture itself is changed. */
export async function captioned(picture: Blob, caption: Caption): Promise<Blob> {
  const image = await createImageBitmap(picture);
  const canvas = document.createElement('canvas');
  const { width, height } = image;
  const size = Math.max(12, Math.round(width / 60));
  const [side, high] = [Math.round(size * 0.7), Math.round(size * 1.4)];
  const style = (bold: boolean) =>
    `${bold ? '600 ' : ''}${size}px 'Inter Variable', 'Noto Sans', 'DejaVu Sans', sans-serif`;
  const pen = canvas.getContext('2d')!;
  const lines: [string, boolean][] = [];
  for (const [text, bold] of [
    [caption.head, true],
    [caption.times, true],
    [caption.why, false],
  ] as const) {
    pen.font = style(bold);
    const parts = broken(text, width - 2 * side, (part) => pen.measureText(part).width);
    lines.push(...parts.map((part): [string, boolean] => [part, bold]));
  }
  canvas.width = width;
  canvas.height = height + lines.length * high + 2 * side;
  pen.drawImage(image, 0, 0);
  image.close();
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, height, width, canvas.height - height);
  pen.fillStyle = '#131a21';
  pen.textBaseline = 'top';
  lines.forEach(([text, bold], line) => {
    pen.font = style(bold);
    pen.fillText(text, side, height + side + line * high);
  });
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('toBlob'))), 'image/png'),
  );
}

/** `ht-01_2023-07-15_21-15-08,2.png` of a camera and a local time. */
export function fileName(camera: string, date: string, clock: string): string {
  const [day, month, year] = date.split('/');
  const two = (text = '') => text.padStart(2, '0');
  const safe = camera.replaceAll(/[^\w.-]+/g, '-');
  return `${safe}_${year}-${two(month)}-${two(day)}_${clock.replaceAll(':', '-').replace(',', '.')}.png`;
}
