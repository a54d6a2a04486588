// What the shell opens for the sidecar, and what it does not. Real .desktop files, real processes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readEntry } from '../../../electron/main/opening/desktop-entry'
import { findByName } from '../../../electron/main/opening/match'
import { mayOpen, openFor, type World } from '../../../electron/main/opening/open'

const entry = (fields: string) =>
  `[Desktop Entry]\nType=Application\n${fields}\n[Desktop Action new]\nExec=other\n`

describe('a .desktop file', () => {
  test.each([
    ['Exec=calc', ['calc']],
    ['Exec=calc %U --new', ['calc', '--new']],
    ['Exec="/opt/My App/run" "a \\"b\\"" 100%%', ['/opt/My App/run', 'a "b"', '100%']],
    ['Exec=sh -c "rm x; y"', ['sh', '-c', 'rm x; y']],
  ])('%s is the words %j', (exec, command) => {
    expect(readEntry(entry(`Name=Calc\n${exec}`), '')?.command).toEqual(command)
  })

  test('has its name in the language of the user, too', () => {
    const fields = 'Name=Calculator\nName[de]=Rechner\nName[fr]=Calculatrice\nExec=calc'
    expect(readEntry(entry(fields), 'de_AT.UTF-8')?.names).toEqual(['Calculator', 'Rechner'])
  })

  test.each(['NoDisplay=true', 'Hidden=true', 'Terminal=true', 'Exec='])(
    'with %s is none for people',
    (more) => {
      expect(
        readEntry(entry(`${more}\nName=X\n${more.startsWith('Exec') ? '' : 'Exec=x'}`), ''),
      ).toBeUndefined()
    },
  )

  test.each(['', '[Desktop Entry]\nType=Link\nName=X\nExec=x', 'Name=X\nExec=x'])('%j is none', (text) => {
    expect(readEntry(text, '')).toBeUndefined()
  })
})

describe('the application that is meant', () => {
  const installed = ['Calculator', 'Text Editor', 'LibreOffice Writer', 'LibreOffice Calc', 'Éditeur'].map((name) => ({ names: [name] })) // prettier-ignore
  test.each([
    ['calculator', 'Calculator'],
    ['TEXT-EDITOR', 'Text Editor'],
    ['text', 'Text Editor'],
    ['writer', 'LibreOffice Writer'],
    ['editeur', 'Éditeur'],
    ['libreoffice', undefined],
    ['calc', 'LibreOffice Calc'],
    ['', undefined],
    ['../../bin/sh', undefined],
  ])('by %j is %j', (wanted, name) => {
    expect(findByName(installed, wanted)?.names[0]).toBe(name)
  })
})

describe('opening', () => {
  let folder: string
  let opened: string[]
  let world: World

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-apps-'))
    mkdirSync(join(folder, 'own', 'applications'), { recursive: true })
    mkdirSync(join(folder, 'shared', 'applications', 'deep'), { recursive: true })
    opened = []
    world = {
      platform: 'linux',
      environment: {
        PATH: process.env['PATH'],
        XDG_DATA_HOME: join(folder, 'own'),
        XDG_DATA_DIRS: `${join(folder, 'shared')}:${join(folder, 'absent')}`,
      },
      openExternal: (url) => Promise.resolve(void opened.push(url)),
      openPath: () => Promise.resolve(''),
    }
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const install = (where: string, text: string) => writeFileSync(join(folder, where), entry(text))

  test('an address', async () => {
    expect(await openFor({ type: 'open', id: 4, url: 'https://example.org/a' }, world)).toEqual({
      type: 'opened',
      id: 4,
    })
    expect(opened).toEqual(['https://example.org/a'])
  })

  test.each([
    'http://example.org',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://u:p@example.org',
    'x',
    '',
  ])('not %j, though it was agreed to', async (url) => {
    expect(mayOpen(url)).toBe(false)
    expect((await openFor({ type: 'open', id: 1, url }, world)).error).toContain('https')
    expect(opened).toEqual([])
  })

  test('an application that writes a file, with its arguments and no shell', async () => {
    const made = join(folder, 'made; touch x')
    install('shared/applications/deep/maker.desktop', `Name=Maker\nExec=touch "${made}" %U`)
    expect(await openFor({ type: 'open', id: 1, app: 'maker' }, world)).toEqual({ type: 'opened', id: 1 })
    await vi.waitFor(() => expect(readFileSync(made, 'utf8')).toBe(''))
  })

  test('the user’s own entry in place of the system’s', async () => {
    install('shared/applications/app.desktop', 'Name=App\nExec=false')
    install('own/applications/app.desktop', `Name=App\nExec=touch ${join(folder, 'own-app')}`)
    await openFor({ type: 'open', id: 1, app: 'App' }, world)
    await vi.waitFor(() => expect(readFileSync(join(folder, 'own-app'), 'utf8')).toBe(''))
  })

  test.each([
    [{ app: 'Absent' }, 'There is no application called Absent.'],
    [{ app: '/bin/sh' }, 'There is no application called /bin/sh.'],
    [{}, 'It is not clear what to open.'],
    [{ app: 'x', url: 'https://example.org' }, 'It is not clear what to open.'],
  ])('%j fails and says why', async (what, error) => {
    expect(await openFor({ type: 'open', id: 1, ...what }, world)).toEqual({ type: 'opened', id: 1, error })
  })

  test('an application whose program is gone', async () => {
    install('own/applications/gone.desktop', 'Name=Gone\nExec=/nowhere/at/all')
    expect((await openFor({ type: 'open', id: 1, app: 'Gone' }, world)).error).toContain(
      'could not be opened',
    )
  })
})
