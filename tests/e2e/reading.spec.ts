// The conversation as it is read: links, code, words that are looked for, keys, and what a screen reader is told.

import type { Page } from '@playwright/test'
import { openInShell } from './support/bridge'
import type { FakeSidecar } from './support/fake-sidecar'
import { expect, test } from './support/test'
import { hearWords, open, turns, type } from './support/window'

function answer(fake: FakeSidecar, ...texts: string[]): number {
  const turn_id = fake.transcript('And?', 'typed')
  fake.sentences(turn_id, ...texts)
  fake.end(turn_id)
  return turn_id
}

const announced = (page: Page) => page.getByTestId('announced').locator('p')

test('a link opens only after its real address was seen, in a page that knows nothing of this one', async ({
  page,
  context,
  fake,
}) => {
  await context.route('https://**', (route) => route.fulfill({ body: 'elsewhere' }))
  await open(page, fake.address)
  answer(
    fake,
    'Read [example.org](https://example.org.evil.example/?q=1) and https://xn--80ak6aa92e.example/ ',
    'or [the apple](https://аррӏе.example/\u202Efdp.exe).',
  )
  await page.getByRole('button', { name: 'example.org', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.locator('.address')).toHaveText('https://example.org.evil.example/?q=1')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  expect(context.pages()).toHaveLength(1)

  // Letters of another script, and what would turn the text round, are shown as they are sent.
  await page.getByRole('button', { name: 'the apple' }).click()
  await expect(dialog.locator('.address')).toHaveText('https://xn--80ak6aa92e.example/%E2%80%AEfdp.exe')
  const opened = context.waitForEvent('page')
  await dialog.getByRole('link', { name: 'Open' }).click()
  const other = await opened
  await other.waitForLoadState()
  expect(await other.evaluate(() => window.opener === null && document.referrer === '')).toBe(true)
  await expect(dialog).toHaveCount(0)
})

test('what only looks like a link stays text', async ({ page, fake }) => {
  await open(page, fake.address)
  const texts = [
    '[run](javascript:alert(1)) ',
    '[data](data:text/html,x) ',
    '[file](file:///etc/passwd) ',
    '[plain](http://example.org/) ',
    '[user](https://you:secret@example.org/) ',
    '[host](https://) ',
    '[a](https://[bad) ',
  ]
  answer(fake, ...texts)
  await expect(page.getByTestId('reply')).toContainText(texts.join('').trim())
  await expect(page.locator('.leads')).toHaveCount(0)
})

test('code is copied as it is, with a word of it', async ({ page, context, fake }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write', 'microphone'])
  await open(page, fake.address)
  answer(fake, 'So:\n\n```\nls -l |\n  sort # <b>\n```\n')
  await page.getByRole('button', { name: 'Copy the code' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('ls -l |\n  sort # <b>')
})

test('code is copied without a permission, too, as in the shell', async ({ page, context, fake }) => {
  await context.grantPermissions(['clipboard-read', 'microphone'])
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await open(page, fake.address)
  answer(fake, 'So:\n\n```\nuname -a\n```\n')
  const copy = page.locator('.copy')
  await copy.click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  await expect(copy).toBeFocused()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('uname -a')
})

test('words are found in the shell, across what is bold, and stepped through by keyboard alone', async ({
  page,
  fake,
}) => {
  await openInShell(page, fake)
  answer(fake, 'The library in **Oak** Street closes at nine.')
  answer(fake, 'Oak street is long. The other OAK STREET is not.')
  await expect(turns(page)).toHaveCount(2)
  await page.keyboard.press('Control+f')
  await page.keyboard.type('oak street')
  const count = page.locator('.finding .count')
  await expect(count).toHaveText('1 of 3')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(count).toHaveText('3 of 3')
  await page.keyboard.press('Shift+Enter')
  await expect(count).toHaveText('2 of 3')
  const marked = () =>
    page.evaluate(() =>
      ['found', 'found-now'].map((name) => Array.from(CSS.highlights.get(name) ?? []).map(String)),
    )
  expect(await marked()).toEqual([['Oak Street', 'Oak street', 'OAK STREET'], ['Oak street']])
  answer(fake, 'Oak Street again.')
  await expect(count).toHaveText('2 of 4')
  await page.keyboard.press('Escape')
  await expect(page.locator('.finding')).toHaveCount(0)
  expect(await marked()).toEqual([[], []])
})

test('what is found is brought into sight once, and not again while an answer grows', async ({
  page,
  fake,
}) => {
  await openInShell(page, fake)
  answer(fake, 'The oak is old.')
  answer(fake, ...Array.from({ length: 60 }, (_, index) => `Sentence number ${index} of a long answer. `))
  await expect(turns(page)).toHaveCount(2)
  await page.keyboard.press('Control+f')
  await page.keyboard.type('oak')
  await expect(page.locator('.finding .count')).toHaveText('1 of 1')
  await expect(turns(page).first()).toBeInViewport()
  await turns(page).last().getByText('number 59').scrollIntoViewIfNeeded()
  await expect(turns(page).first()).not.toBeInViewport()
  answer(fake, 'An oak again.')
  await expect(page.locator('.finding .count')).toHaveText('1 of 2')
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
  await expect(turns(page).first()).not.toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.locator('.finding .count')).toHaveText('2 of 2')
  await page.keyboard.press('Enter')
  await expect(turns(page).first()).toBeInViewport()
})

test('say again: by its button and by R, when there is something and nobody is interrupted', async ({
  page,
  fake,
}) => {
  await open(page, fake.address)
  const button = page.getByRole('button', { name: 'Say again' })
  await expect(button).toHaveCount(0)
  await page.keyboard.press('r')
  answer(fake, 'It is noon.')
  await button.click()
  const said = () => fake.received.flatMap((each) => (each.type === 'say' ? [each.text] : []))
  await expect.poll(said).toEqual(['Say that again.'])
  const turn_id = fake.transcript('Say that again.', 'typed')
  fake.sentences(turn_id, 'It is noon.')
  fake.send({ type: 'activity', state: 'speaking', turn_id })
  await expect(button).toHaveCount(0) // there, Stop stands in its place
  await page.keyboard.press('r')
  fake.end(turn_id)
  fake.send({ type: 'activity', state: 'idle' })
  await expect(button).toBeVisible()
  await page.getByRole('textbox', { name: 'Message' }).fill('r')
  await page.getByTestId('microphone').focus()
  await page.keyboard.press('r')
  await expect.poll(said).toEqual(['Say that again.', 'Say that again.'])
})

test('what was said last is said again by the real sidecar', async ({ page, sidecar }) => {
  await sidecar.start()
  await open(page, await sidecar.freshAddress())
  await type(page, 'What is two plus two?')
  await expect(turns(page).first()).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })
  await page.getByRole('button', { name: 'Say again' }).click()
  await expect(turns(page)).toHaveCount(2)
  const replies = page.getByTestId('reply').locator('p')
  await expect(turns(page).last()).toHaveAttribute('data-outcome', 'completed', { timeout: 20_000 })
  expect(await replies.last().textContent()).toBe(await replies.first().textContent())
})

test('a screen reader is told whole sentences, each once; not words, and nothing of before', async ({
  page,
  fake,
}) => {
  await open(page, fake.address)
  const told = await page.evaluateHandle(() => {
    const told: string[] = []
    const region = document.querySelector('[data-testid="announced"]')
    if (!region) throw new Error('nothing is announced')
    new MutationObserver((records) => {
      for (const { type, addedNodes } of records) {
        if (type === 'characterData') told.push('a change')
        for (const node of addedNodes) told.push(node.textContent ?? '')
      }
    }).observe(region, { childList: true, subtree: true, characterData: true })
    return told
  })
  const reply = ['It is **noon**. ', 'Shall we eat?']
  const turn_id = fake.transcript('What time is it?')
  fake.sentences(turn_id, ...reply)
  fake.send({ type: 'activity', state: 'speaking', turn_id })
  fake.end(turn_id, 'completed', fake.speak(turn_id, reply, 1))
  await hearWords(page, 1)
  const states = () => fake.received.flatMap((each) => (each.type === 'playback' ? [each.state] : []))
  await expect.poll(states).toContain('finished')
  expect(await told.jsonValue()).toEqual(['You said: What time is it?', 'It is noon.', 'Shall we eat?'])
  // Nothing else that changes while it speaks is read by itself.
  await expect(page.locator('.caption, .mood').and(page.locator('[aria-live], [role="status"]'))).toHaveCount(
    0,
  )
  await expect(page.getByRole('log')).toHaveAttribute('aria-live', 'off')
  // What is told again after a reload is no news.
  await page.reload()
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'connected')
  await expect(announced(page)).toHaveCount(0)
})
