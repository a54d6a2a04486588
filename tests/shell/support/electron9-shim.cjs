// Test only: what the shell uses of Electron 45 and Node 24, on Electron 9.4.1 (Node 12.14, Chromium 83).
// Loaded before the lowered bundle; the product knows nothing of it.
'use strict'

const crypto = require('crypto')
const fs = require('fs')
const Module = require('module')
const path = require('path')
const electron = require('electron')
const { TestKeyStore } = require('./key-store.cjs')
const { app, ipcMain, session } = electron

require('core-js-bundle')

// Node: names with `node:`, and what came after 12.

const YOUNGER = {
  'timers/promises': {
    setTimeout: (ms, value) => new Promise((done) => setTimeout(() => done(value), ms)),
  },
  'fs/promises': fs.promises,
}
const load = Module._load
Module._load = function (name, ...rest) {
  const plain = name.replace(/^node:/, '')
  return YOUNGER[plain] || load.call(this, plain, ...rest)
}
crypto.randomUUID = () => {
  const hex = crypto.randomBytes(16).toString('hex')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
fs.rmSync = (path, { force = false, recursive = false } = {}) => {
  try {
    if (recursive) fs.rmdirSync(path, { recursive })
    else fs.unlinkSync(path)
  } catch (error) {
    if (!force || error.code !== 'ENOENT') throw error
  }
}
// In an archive it finds nothing when it is asked for types.
const readdirSync = fs.readdirSync
fs.readdirSync = (path, options) => {
  if (!options || !options.withFileTypes || !String(path).includes('.asar')) return readdirSync(path, options)
  return readdirSync(path).map((name) => Object.assign(fs.statSync(`${path}/${name}`), { name }))
}
globalThis.performance = require('perf_hooks').performance
globalThis.Response = class {
  constructor(body, { status = 200, headers = {} } = {}) {
    Object.assign(this, { body, status, headers })
  }
}

app.getPreferredSystemLanguages = () => [app.getLocale()]

// Electron: the page's frame is told by its address, since frames have no object of their own yet.

const frameOf = (origin, url) => ({ origin, url, parent: null })

app.on('web-contents-created', (_event, contents) => {
  const on = contents.on.bind(contents)
  contents.on = (name, listener) => {
    if (name !== 'will-navigate' && name !== 'will-redirect') return on(name, listener)
    return on(name, (event, url) => listener(Object.assign(event, { url })))
  }
  contents.forcefullyCrashRenderer = () => process.kill(contents.getOSProcessId(), 'SIGKILL')
  contents.setWindowOpenHandler = (decide) =>
    on('new-window', (event, url) => {
      if (decide({ url }).action === 'deny') event.preventDefault()
    })
})

const on = app.on.bind(app)
app.on = (name, listener) =>
  name === 'child-process-gone'
    ? on('gpu-process-crashed', (event, killed) =>
        listener(event, { type: 'GPU', reason: killed ? 'killed' : 'crashed' }),
      )
    : on(name, listener)

const handle = ipcMain.handle.bind(ipcMain)
ipcMain.handle = (channel, answer) =>
  handle(channel, (event, ...args) => {
    const url = event.sender.getURL()
    event.senderFrame = frameOf(new URL(url).origin, url)
    return answer(event, ...args)
  })

// Where Chromium does not know the desktop, it has no key store, unless it is told which one to use.
const hasKeyStore = app.commandLine.getSwitchValue('password-store') === 'gnome-libsecret'
electron.safeStorage = new TestKeyStore(
  path.join(process.env.HOME, 'key-store'),
  hasKeyStore ? 'gnome_libsecret' : 'basic_text',
)

app.whenReady().then(() => {
  const { protocol, webRequest } = session.defaultSession
  session.defaultSession.setDevicePermissionHandler = () => undefined

  protocol.handle = (scheme, answer) =>
    protocol.registerBufferProtocol(scheme, (request, reply) => {
      answer({ url: request.url, method: request.method }).then(({ status, headers, body }) => {
        const [mimeType] = (headers['Content-Type'] || 'text/plain').split(';')
        reply({ statusCode: status, headers, mimeType, charset: 'utf-8', data: Buffer.from(body) })
      })
    })

  const before = webRequest.onBeforeSendHeaders.bind(webRequest)
  webRequest.onBeforeSendHeaders = (listener) =>
    before((details, proceed) => {
      const origin = details.requestHeaders.Origin
      listener({ ...details, frame: origin ? frameOf(origin, origin) : null }, proceed)
    })
})
