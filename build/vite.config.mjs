import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

// The page's policy forbids inline script and data: addresses, so nothing may be inlined.
export default defineConfig({
  root: here('../electron/renderer'),
  base: './', // the sidecar serves the page at /, the shell at app://parley
  cacheDir: here('out/vite'),
  plugins: [react()],
  build: {
    outDir: here('out/renderer'),
    rolldownOptions: {
      input: [here('../electron/renderer/index.html'), here('../electron/renderer/captions.html')],
      output: { chunkFileNames: 'assets/shared-[hash].js' }, // else named after any file of what both need
    },
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'chrome120',
    license: { fileName: 'licenses.json' }, // build/notices.py reads it
  },
})
