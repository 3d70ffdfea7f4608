import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig, type ViteUserConfig } from "vitest/config";

type Plugin = NonNullable<ViteUserConfig["plugins"]>[number];

/** Libraries leave addresses of their manuals in what they build. A terminal inside LGWAN names no host outside. */
const nameNoOutsideHost: Plugin = {
  name: "name-no-outside-host",
  enforce: "post",
  generateBundle(_, bundle) {
    for (const part of Object.values(bundle)) {
      if (part.type === "chunk") part.code = part.code.replaceAll("https://svelte.dev/e/", "svelte:");
      else if (part.fileName.endsWith(".css"))
        part.source = String(part.source).replaceAll("https://tailwindcss.com", "");
    }
  },
};

export default defineConfig({
  plugins: [svelte(), tailwindcss(), svelteTesting(), nameNoOutsideHost],
  build: {
    // WebKitGTK 2.50 and WebView2 both understand what Safari 16 did.
    target: "safari16",
    rolldownOptions: { input: { main: "index.html", resident: "resident.html" } },
  },
  // By number: a machine need not list `localhost` among its names.
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
});
