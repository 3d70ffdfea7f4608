import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), tailwindcss(), svelteTesting()],
  build: {
    // WebKitGTK 2.50 and WebView2 both understand what Safari 16 did.
    target: "safari16",
    rolldownOptions: { input: { main: "index.html", resident: "resident.html" } },
  },
  server: { port: 5173, strictPort: true },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
});
