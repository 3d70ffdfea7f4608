// カメラ: what it shows now, as bytes in memory. No picture is ever written to a file or kept by the window.

/** Why there is no picture, and what to do. */
export interface CameraProblem {
  code: string;
  what: string;
  todo: string;
}

const PROBLEMS: Record<string, CameraProblem> = {
  NotFoundError: {
    code: "CAM-01",
    what: "カメラが見つかりません。",
    todo: "書画カメラを USB につないで、もう一度開いてください。スキャナー・ファイルでも読めます。",
  },
  NotReadableError: {
    code: "CAM-02",
    what: "カメラを開けません。",
    todo: "ほかのソフトがカメラを使っていれば閉じて、もう一度開いてください。",
  },
  NotAllowedError: {
    code: "CAM-03",
    what: "カメラを使うことが許されていません。",
    todo: "管理者に知らせてください。スキャナー・ファイルでも読めます。",
  },
};
/** The camera that was chosen before is gone. */
const GONE = "OverconstrainedError";

export function cameraProblem(thrown: unknown): CameraProblem {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
  const known = PROBLEMS[name === GONE ? "NotFoundError" : name];
  return (
    known ?? {
      code: "CAM-04",
      what: "カメラを開けません。",
      todo: "差し直して、もう一度開いてください。スキャナー・ファイルでも読めます。",
    }
  );
}

function drawn(video: HTMLVideoElement): {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D | null;
} {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(video, 0, 0);
  return { canvas, context };
}

/** Its pixels are let go at once, and not when the collector comes by. */
function wipe(canvas: HTMLCanvasElement): void {
  canvas.width = 0;
  canvas.height = 0;
}

export async function jpegOf(video: HTMLVideoElement): Promise<Uint8Array | null> {
  const { canvas } = drawn(video);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.95));
  wipe(canvas);
  return blob ? new Uint8Array(await blob.arrayBuffer()) : null;
}

/** Brightness alone, a byte a pixel, row by row. */
export function greyOf(video: HTMLVideoElement): { grey: Uint8Array; width: number; height: number } {
  const { canvas, context } = drawn(video);
  const { width, height } = canvas;
  const colours =
    context && width > 0 ? context.getImageData(0, 0, width, height).data : new Uint8ClampedArray();
  wipe(canvas);
  return { grey: greyFrom(colours), width, height };
}

/** The brightness that eyes see, from red, green, blue and opacity. */
export function greyFrom(colours: Uint8ClampedArray): Uint8Array {
  const grey = new Uint8Array(colours.length / 4);
  for (let at = 0; at < grey.length; at++) {
    const from = at * 4;
    const [red, green, blue] = [colours[from] ?? 0, colours[from + 1] ?? 0, colours[from + 2] ?? 0];
    grey[at] = (red * 77 + green * 150 + blue * 29) >> 8;
  }
  return grey;
}
