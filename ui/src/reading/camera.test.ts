import { expect, it } from "vitest";
import { cameraProblem, greyFrom } from "./camera";

it("白は255、黒は0、緑は青より明るい", () => {
  const [white, black, green, blue] = greyFrom(
    new Uint8ClampedArray([255, 255, 255, 255, 0, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]),
  );
  expect([white, black]).toEqual([255, 0]);
  expect(green).toBeGreaterThan(blue ?? 255);
});

it("カメラが無い・使用中・抜かれたことを、符号と次にすることで言う", () => {
  expect(cameraProblem(new DOMException("", "NotFoundError")).code).toBe("CAM-01");
  expect(cameraProblem(new DOMException("", "OverconstrainedError")).code).toBe("CAM-01");
  expect(cameraProblem(new DOMException("", "NotReadableError")).code).toBe("CAM-02");
  expect(cameraProblem("?").code).toBe("CAM-04");
});
