// The desktop shell: one window, one sidecar, and the order in which they come and go.

import { app, clipboard, powerMonitor, safeStorage, session, shell } from 'electron'
import { existsSync } from 'node:fs'
import { version } from '../../package.json'
import type { Problem } from '../preload/contract'
import { watchSource } from '../../build/source.mjs'
import { Captions } from './captions'
import { ATTACHES, DEV } from './dev'
import { Graphics } from './graphics'
import { askForHotkeys } from './hotkey/hotkey'
import { answerPage, tellPage } from './ipc'
import { makeLoginItem } from './login-item/login-item'
import { wasStartedAtLogin } from './login-item/native'
import { damageOf } from './manifest'
import { Pages } from './pages'
import { Manners } from './manners'
import { openSystemSettings, systemAllows } from './microphone'
import { openFor } from './opening/open'
import {
  FEED_FILE,
  FILE_LIST,
  installedSidecar,
  logFolder,
  PAGES,
  PRELOAD,
  PROFILE,
  SECRETS,
  SHELL_FILE,
  SIDECAR_RECORD,
  sidecarCommand,
} from './paths'
import { CAPTIONS_MAY_ASK, developAt, mayBe, ORIGIN } from './policy'
import { claimProfile } from './profile'
import { declareScheme, isTheWindow, secureContents, secureSession } from './security'
import { awaitKeyring } from './secrets/keyring'
import { Secrets } from './secrets/secrets'
import { selfTest } from './self-test'
import { ShellFile } from './shell-file'
import { Attachment } from './sidecar/attach'
import { isHealthy } from './sidecar/health'
import { SidecarLog, type Source } from './sidecar/log'
import { endOrphan, forget, remember } from './sidecar/orphan'
import { SidecarProcess } from './sidecar/process'
import { Supervisor, type Keeper, type Surroundings } from './sidecar/supervisor'
import { viewOf, wordsFor } from './sidecar/view'
import { askForQuickSound } from './sound'
import { hasUpdates } from './update-rules'
import { currentLanguage, speakLanguage, texts } from './texts'
import { isLanguage } from '../texts/languages'
import { ParleyWindow } from './window'
import { readCaptionsChange, readStatus, readWish } from './wishes'

/** The sidecar's own limit is 5 s and its tree's another 10; nothing may keep a quitting app for longer. */
const QUIT_LIMIT_MS = 16_000

function main(): void {
  app.setName('Parley')
  if (process.argv.includes('--self-test')) return selfTest()
  const { folder, trouble } = claimProfile(PROFILE)
  app.setPath('userData', folder)
  if (!app.requestSingleInstanceLock()) return app.exit(0) // the first one is told, and shows itself
  developAt(DEV?.origin)
  declareScheme()
  askForHotkeys()
  askForQuickSound()
  secureContents()
  const log = new SidecarLog(logFolder())
  const file = new ShellFile(SHELL_FILE, (text) => log.add(text))
  const graphics = new Graphics(file, version)
  void app.whenReady().then(() => open({ log, file, graphics, trouble }))
}

interface Start {
  log: SidecarLog
  file: ShellFile
  graphics: Graphics
  /** For which nothing can be started. */
  trouble: (() => string) | undefined
}

async function open({ log, file, graphics, trouble }: Start): Promise<void> {
  const { language } = file.memory
  speakLanguage(isLanguage(language) ? language : 'system', app.getPreferredSystemLanguages())
  process.stderr.on('error', () => undefined) // a terminal may go before us
  const tell = (text: string, from: Source = 'shell') => {
    log.add(text, from)
    if (DEV) process.stderr.write(`${text}\n`)
  }
  const secrets = new Secrets(safeStorage, {
    folder: SECRETS,
    platform: process.platform,
    onSecret: (line) => supervisor.send(line),
    onChange: () => manners.refresh(),
  })
  const supervisor: Keeper = ATTACHES ? new Attachment(tell) : makeSupervisor(tell, file, secrets)
  if (DEV) retryOnSave(supervisor, DEV.source)
  const loginItem = makeLoginItem({
    platform: process.platform,
    isPackaged: app.isPackaged,
    execPath: process.execPath,
    env: process.env,
    configFolder: app.getPath('appData'),
    app,
  })
  const captions = new Captions(file, PRELOAD, () => {
    manners.refresh()
    if (!window || window.browserWindow.isDestroyed()) return
    tellPage(window.browserWindow.webContents, 'captions', captions.view)
  })
  const manners = new Manners(file, supervisor, loginItem, secrets, captions)
  let window: ParleyWindow | undefined

  const isBroken = () => trouble !== undefined || supervisor.machine.state.at === 'broken'
  const page = () => (isBroken() ? 'problem' : 'window')
  const problem = () => problemOf(supervisor, log, trouble)
  const openWindow = (isHidden: boolean) => {
    window = new ParleyWindow(file, {
      preload: PRELOAD,
      isHidden,
      page: page(),
      onClose: () => manners.onClose(),
      isInTray: () => manners.isInTray(),
      onChange: (change) => (change === 'page' ? manners.forgetPage() : manners.refresh()),
    })
    manners.open(window)
    window.browserWindow.once('closed', () => captions.end())
    captions.begin()
  }

  secureSession(session.defaultSession, {
    pages: new Pages(PAGES),
    entrance: () => supervisor.entrance,
    mayListen: (contents) =>
      !mayBe(contents, captions.browserWindow?.webContents) && manners.mayListen && systemAllows(),
  })
  answerPage(
    {
      sidecar: () => viewOf(supervisor.machine),
      problem,
      retry: () => (trouble === undefined ? supervisor.retry() : startAgain()),
      copyReport: async () => clipboard.writeText(reportOf(await problem(), log)),
      openLogs: () => void shell.openPath(log.folder),
      openSystemSettings,
      trouble: () => (graphics.takeUntold() ? 'graphics_lost' : undefined),
      preferences: () => manners.preferences,
      wish: (given) => manners.wish(readWish(given)),
      status: (given) => manners.status(readStatus(given)),
      captions: () => captions.view,
      changeCaptions: (given) => captions.change(readCaptionsChange(given)),
    },
    (event, name) =>
      isTheWindow(window?.browserWindow, event) ||
      (CAPTIONS_MAY_ASK.includes(name) && isTheWindow(captions.browserWindow, event)),
  )
  graphics.watch(() => {
    const contents = window?.browserWindow.webContents
    if (contents) tellPage(contents, 'trouble', undefined)
  })
  let told = ''
  supervisor.watch((machine) => {
    manners.refresh()
    if (!window || window.browserWindow.isDestroyed()) return
    const view = viewOf(machine)
    // The page connects anew whenever it is told something, so it is told only what has changed.
    if (JSON.stringify(view) !== told) {
      tellPage(window.browserWindow.webContents, 'sidecar', view)
      captions.tell(view)
    }
    told = JSON.stringify(view)
    if (machine.state.at === 'starting' || machine.state.at === 'broken') window.turnTo(page())
  })
  powerMonitor.on('suspend', () => supervisor.suspend())
  powerMonitor.on('resume', () => supervisor.resume())
  powerMonitor.on('shutdown', () => app.quit())
  app.on('second-instance', () => window?.show())
  app.on('activate', () => window?.show())
  app.on('window-all-closed', () => app.quit())
  quitAfter(() => supervisor.stop())

  const isHidden = (process.argv.includes('--hidden') || wasStartedAtLogin(app)) && trouble === undefined
  openWindow(isHidden)
  if (trouble !== undefined) return
  void secrets.open(() => awaitKeyring(() => !isHidden || manners.mayListen))
  void lookForUpdates(supervisor, manners, log)
  if (await endOrphan(SIDECAR_RECORD)) log.add('A sidecar of the last run was still there and was ended.')
  supervisor.start()
}

function makeSupervisor(tell: Surroundings['onText'], file: ShellFile, secrets: Secrets): Supervisor {
  const isFirstRun = file.memory.startedVersion !== version
  const supervisor = new Supervisor(
    {
      launch: (boot, listener) => new SidecarProcess(sidecarCommand(), boot, listener),
      isHealthy,
      nowS: () => performance.now() / 1000,
      random: Math.random,
      onText: tell,
      onStarted: (pid) => remember(SIDECAR_RECORD, pid),
      onGone: () => forget(SIDECAR_RECORD),
      open: (line) =>
        openFor(line, {
          platform: process.platform,
          environment: process.env,
          openExternal: (url) => shell.openExternal(url),
          openPath: (path) => shell.openPath(path),
        }),
      greeting: () => secrets.lines(),
    },
    { origin: ORIGIN, isFirstRun, dev: DEV },
  )
  const unwatch = supervisor.watch((machine) => {
    if (machine.state.at !== 'ready') return
    unwatch()
    if (isFirstRun) file.change({ startedVersion: version })
  })
  return supervisor
}

/** Development: a sidecar that cannot start watches nothing. The save that mends it is seen from here. */
function retryOnSave(supervisor: Keeper, source: string): void {
  let stop: (() => void) | undefined
  supervisor.watch(({ state }) => {
    const isDown = state.at === 'backing-off' || state.at === 'broken'
    if (isDown) stop ??= watchSource(source, () => supervisor.retry())
    else stop = void stop?.()
  })
}

async function problemOf(
  { machine: { state, failure } }: Keeper,
  log: SidecarLog,
  trouble: (() => string) | undefined,
): Promise<Problem | undefined> {
  const { broken } = texts()
  const more = { lines: log.report(), language: currentLanguage() }
  if (trouble) return { title: broken.homeless.title, text: trouble(), ...more }
  if (state.at !== 'broken') return undefined
  const damage = app.isPackaged ? await damageOf(installedSidecar(), FILE_LIST) : undefined
  if (damage !== undefined) return { title: broken.damaged, text: damage, ...more }
  return { ...wordsFor(state.why, failure), ...more }
}

function reportOf(problem: Problem | undefined, log: SidecarLog): string {
  const { title, text } = problem ?? { title: texts().broken.none, text: '' }
  const versions = `Parley ${version}, Electron ${process.versions.electron}, ${process.platform} ${process.arch}`
  return [title, text, versions, '', ...log.report()].join('\n')
}

function startAgain(): void {
  app.relaunch()
  app.quit()
}

/** Without a feed nothing of this is even loaded. */
async function lookForUpdates(supervisor: Keeper, manners: Manners, log: SidecarLog): Promise<void> {
  const { isPackaged } = app
  const isAppImage = process.env['APPIMAGE'] !== undefined
  if (!hasUpdates({ isPackaged, hasFeed: existsSync(FEED_FILE), platform: process.platform, isAppImage }))
    return
  const [{ Updates }, { openFeed }] = await Promise.all([import('./updates'), import('./feed')])
  const updates = new Updates({
    openFeed,
    stopSidecar: () => supervisor.stop(),
    startSidecar: () => supervisor.start(),
    isAtRest: () => manners.isAtRest,
    nowS: () => performance.now() / 1000,
    onText: (text) => log.add(text),
  })
  app.on('will-quit', () => updates.close())
}

/** Windows close at once, so that nothing is heard any more; the app itself goes when its sidecar has. */
function quitAfter(stop: () => Promise<void>): void {
  let isGoing = false
  app.on('will-quit', (event) => {
    if (isGoing) return event.preventDefault()
    isGoing = true
    event.preventDefault()
    const late = setTimeout(() => app.exit(1), QUIT_LIMIT_MS)
    void stop().then(() => {
      clearTimeout(late)
      app.exit(0)
    })
  })
}

main()
