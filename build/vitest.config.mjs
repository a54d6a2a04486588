import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const project = (name, environment, include) => ({ extends: true, test: { name, environment, include } })

export default defineConfig({
  root,
  cacheDir: 'build/out/vitest',
  test: {
    passWithNoTests: true,
    projects: [
      project('rules', 'node', ['tests/electron/**/*.test.ts', 'tests/shell/unit/*.test.ts']),
      project('page', 'jsdom', ['tests/electron/**/*.test.tsx']),
    ],
  },
})
