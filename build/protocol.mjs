/**
 * Derive both sides of the protocol from shared/protocol.json; `--check` fails when a checked-in file is stale.
 *
 * Python: msgspec structs. TypeScript: types, and Ajv validators as plain code (no eval, so a strict CSP holds).
 */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv2020 from 'ajv/dist/2020.js'
import standaloneCode from 'ajv/dist/standalone/index.js'
import { compile } from 'json-schema-to-typescript'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const check = process.argv.includes('--check')
const source = path.join(root, 'shared', 'protocol.json')
const schema = JSON.parse(fs.readFileSync(source, 'utf8'))
const header = 'Generated from shared/protocol.json by `npm run protocol`. Do not edit.'

function python() {
  const bin = process.platform === 'win32' ? 'Scripts' : 'bin'
  const flags = [
    '--input', source, '--input-file-type', 'jsonschema',
    '--output', path.join(root, 'backend', 'parley', 'wire', 'messages.py'),
    '--output-model-type', 'msgspec.Struct', '--base-class', 'parley.wire.base.Message',
    '--target-python-version', '3.11', '--formatters', 'builtin', '--custom-file-header', `# ${header}`,
    '--keyword-only', '--use-annotated', '--use-union-operator', '--use-standard-collections',
    '--enum-field-as-literal', 'all', '--use-schema-description', '--use-title-as-name',
    '--use-type-alias', '--disable-timestamp',
  ] // prettier-ignore
  const tool = path.join(root, '.venv', bin, 'datamodel-codegen')
  execFileSync(tool, check ? [...flags, '--check'] : flags, { stdio: 'inherit' })
}

/** Descriptions and examples would be half of the validators' size. */
const withoutProse = (schema) =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    (key === 'description' && typeof value === 'string') || key === 'examples' ? undefined : value,
  )

/** What travels to the window and the shell: types, validators, and the few constants that are data. */
async function typescript() {
  const unions = ['ClientMessage', 'ServerMessage', 'SidecarLine', 'ShellLine']
  const everything = {
    ...structuredClone(schema),
    anyOf: unions.map((name) => ({ $ref: `#/$defs/${name}` })),
  }
  const types = await compile(everything, 'ParleyProtocol', {
    additionalProperties: false,
    bannerComment: `/* ${header} */`,
    style: { singleQuote: true, semi: false, printWidth: 110 },
  })
  const ajv = new Ajv2020({
    code: { source: true, esm: true },
    discriminator: true,
    keywords: ['x-binary-frame', 'x-protocol-version', 'x-failure-codes', 'x-close-codes'],
  })
  ajv.addSchema(withoutProse(schema))
  const validators = standaloneCode(ajv, {
    isClientMessage: `${schema.$id}#/$defs/ClientMessage`,
    isServerMessage: `${schema.$id}#/$defs/ServerMessage`,
    isSidecarLine: `${schema.$id}#/$defs/SidecarLine`,
    isShellLine: `${schema.$id}#/$defs/ShellLine`,
  })
  const validatorTypes = unions.map((name) => `export const is${name}: Validator<${name}>`).join('\n')
  const constants = {
    PROTOCOL_VERSION: schema['x-protocol-version'],
    RETRYABLE: Object.fromEntries(
      Object.entries(schema['x-failure-codes']).map(([code, { retryable }]) => [code, retryable]),
    ),
  }
  return {
    'messages.gen.d.ts': types,
    'validate.gen.js': `/* ${header} */\n${validators}\n`,
    'validate.gen.d.ts': `/* ${header} */
import type { ClientMessage, ServerMessage, ShellLine, SidecarLine } from './messages.gen'
type Validator<T> = ((value: unknown) => value is T) & { errors?: { instancePath: string; message?: string }[] | null }
${validatorTypes}
`,
    'constants.gen.ts': `/* ${header} */
import type { FailureCode } from './messages.gen'

export const PROTOCOL_VERSION = ${constants.PROTOCOL_VERSION}

/** Whether trying again can help. */
export const RETRYABLE: Record<FailureCode, boolean> = ${JSON.stringify(constants.RETRYABLE, null, 2)}
`,
  }
}

let stale = []
try {
  python()
} catch {
  stale.push('backend/parley/wire/messages.py')
}
for (const [name, text] of Object.entries(await typescript())) {
  const file = path.join(root, 'electron', 'wire', name)
  const same = fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text
  if (same) continue
  if (check) stale.push(path.relative(root, file))
  else {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
  }
}
if (stale.length > 0) {
  console.error(`Not as shared/protocol.json says: ${stale.join(', ')}. Run \`npm run protocol\`.`)
  process.exit(1)
}
