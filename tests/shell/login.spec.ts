// Starting at login: the switch in the settings of an installed Parley, the entry that it writes, and what a desktop does
// with that entry.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connection } from '../e2e/support/window'
import { install } from './support/installed'
import { openSettings } from './support/settings'
import { processesOf, sidecarsOf } from './support/processes'
import { expect, needs, test } from './support/test'

/** Chromium's sandbox refuses to run as root, which only containers do, and an entry has no argument for that. */
const AS_ROOT = { ELECTRON_DISABLE_SANDBOX: '1' }

const entryOf = (home: string) => join(home, 'config', 'autostart', 'parley.desktop')
const SWITCH = 'Start when I log in'

test('a build for development has no such thing', async ({ home, makeShell }) => {
  const shell = makeShell()
  const page = await shell.start()
  const dialog = await openSettings(page)
  await expect(dialog.getByRole('switch', { name: SWITCH })).toBeDisabled()
  await expect(dialog).toContainText('Only an installed Parley can start at login.')
  await shell.app.close()
  expect(existsSync(join(home, 'config', 'autostart'))).toBe(false)
})

test.describe('an installed Parley', () => {
  test.skip(process.platform !== 'linux', 'elsewhere the system keeps it')

  test('S15, S40: the entry is written, started, mended when the app was moved, and removed', async ({
    desktop,
    home,
    makeShell,
  }) => {
    needs('gio', 'xdotool')
    test.setTimeout(180_000)
    const env = { ...AS_ROOT, ...desktop.env }
    const place = join(home, 'Ann\'s "apps" & $more')
    const first = makeShell({ program: install(join(place, 'Parley 1')), env })
    const page = await first.start()
    await expect(connection(page)).toHaveAttribute('data-state', 'connected', { timeout: 20_000 })
    expect(existsSync(entryOf(home))).toBe(false)
    const toggle = (await openSettings(page)).getByRole('switch', { name: SWITCH })
    await expect(toggle).not.toBeChecked()
    await toggle.check()
    await expect.poll(() => existsSync(entryOf(home))).toBe(true)
    await page.reload()
    await expect((await openSettings(page)).getByRole('switch', { name: SWITCH })).toBeChecked()
    await first.app.close()

    await test.step('as a desktop does at login', async () => {
      const { env: environment } = first.line()
      const isShown = () =>
        spawnSync('xdotool', ['search', '--onlyvisible', '--class', 'parley'], { env: environment })
          .status === 0
      const launched = spawnSync('gio', ['launch', entryOf(home)], {
        env: environment,
        stdio: 'ignore',
        cwd: home,
      })
      expect(launched.status).toBe(0)
      await expect.poll(() => sidecarsOf(home), { timeout: 20_000 }).toHaveLength(1)
      const [shell] = processesOf(home).filter(({ command }) => command.endsWith('/parley --hidden'))
      expect(shell?.command).toBe(`${place}/Parley 1/parley --hidden`)
      expect(isShown()).toBe(false)
      expect(await first.startAgain()).toBe(0)
      await expect.poll(isShown).toBe(true)
      process.kill(shell?.pid ?? 0, 'SIGTERM')
      await expect.poll(() => processesOf(home), { timeout: 20_000 }).toEqual([])
    })

    renameSync(join(place, 'Parley 1'), join(place, 'Parley 2'))
    const before = readFileSync(entryOf(home), 'utf8')
    const second = makeShell({ program: join(place, 'Parley 2', 'parley'), env })
    const again = await second.start()
    expect(readFileSync(entryOf(home), 'utf8')).toBe(before.replaceAll('Parley 1', 'Parley 2'))
    const on = (await openSettings(again)).getByRole('switch', { name: SWITCH })
    await expect(on).toBeChecked()
    await desktop.click('Start at login') // in the tray
    await expect.poll(() => existsSync(entryOf(home))).toBe(false)
    await expect(on).not.toBeChecked()
    await on.check()
    await expect.poll(() => existsSync(entryOf(home))).toBe(true)
    await on.uncheck()
    await expect.poll(() => existsSync(entryOf(home))).toBe(false)
    await second.app.close()
  })

  test('S40: what the desktop switched off stays off, says so, and can be switched on again', async ({
    home,
    makeShell,
  }) => {
    test.setTimeout(120_000)
    const shell = makeShell({ program: install(join(home, 'Parley')), env: AS_ROOT })
    const page = await shell.start()
    const dialog = await openSettings(page)
    const toggle = dialog.getByRole('switch', { name: SWITCH })
    await toggle.check()
    await expect.poll(() => existsSync(entryOf(home))).toBe(true)
    const off = `${readFileSync(entryOf(home), 'utf8')}Hidden=true\n`
    writeFileSync(entryOf(home), off)
    // Whoever comes back to the window may come from the desktop's settings.
    await shell.app.evaluate(({ app }) => void app.emit('browser-window-focus'))
    await expect(toggle).not.toBeChecked()
    await expect(dialog).toContainText('switched off in the settings of this desktop')
    await shell.app.close()
    const next = makeShell({ program: join(home, 'Parley', 'parley'), env: AS_ROOT })
    const again = await next.start()
    const on = (await openSettings(again)).getByRole('switch', { name: SWITCH })
    await expect(on).not.toBeChecked()
    expect(readFileSync(entryOf(home), 'utf8')).toBe(off)
    await on.check()
    await expect(on).toBeChecked()
    expect(readFileSync(entryOf(home), 'utf8')).not.toContain('Hidden')
    await next.app.close()
  })
})
