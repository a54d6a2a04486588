import { fileURLToPath } from 'node:url'
import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const root = fileURLToPath(new URL('..', import.meta.url))
const nodeGlobals = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']),
)

/** What people read, in a view: an element's text, and those of its attributes that are shown or read aloud. */
const TOLD =
  'JSXAttribute[name.name=/^(aria-(label|description|roledescription|valuetext)|title|placeholder|alt|label|words|note)$/]'
const LETTERS = '/\\p{L}{2}/u'
const SHOWN = [
  `JSXText[value=${LETTERS}]`,
  `${TOLD} > Literal[value=${LETTERS}]`,
  ...['Literal', ':matches(ConditionalExpression, LogicalExpression) > Literal'].map(
    (text) =>
      `:matches(JSXElement, JSXFragment, ${TOLD}) > JSXExpressionContainer > ${text}[value=${LETTERS}]`,
  ),
  `:matches(JSXElement, JSXFragment, ${TOLD}) > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${LETTERS}]`,
]
const TRANSLATE = 'Texts are in electron/texts, in every language: take this one from useTexts().'

export default defineConfig(
  { ignores: ['build/out/**', '.venv/**', '.venv-voice/**', '**/*.gen.*', '**/generated/**'] },
  js.configs.recommended,
  {
    files: ['build/**/*.mjs', 'tests/**/*.mjs'],
    languageOptions: { globals: nodeGlobals },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A handler may be async where the caller ignores what it returns, as React's do.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['tests/**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { ...nodeGlobals, module: 'readonly', require: 'readonly' },
    },
  },
  {
    files: ['electron/**/*.ts', 'electron/**/*.tsx'],
    ignores: ['electron/main/ipc.ts', 'electron/preload/preload.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'electron',
              importNames: ['ipcMain', 'ipcRenderer'],
              message:
                'What crosses to the page is in preload/contract.ts; only ipc.ts and preload.ts carry it.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.property.name="webContents"][property.name="send"]',
          message: 'Tell the page through tellPage in ipc.ts, which knows its types.',
        },
      ],
    },
  },
  { files: ['electron/renderer/**/*.{ts,tsx}'], extends: [reactHooks.configs.flat.recommended] },
  {
    files: ['electron/renderer/**/*.tsx'],
    rules: {
      'no-restricted-syntax': ['error', ...SHOWN.map((selector) => ({ selector, message: TRANSLATE }))],
    },
  },
)
