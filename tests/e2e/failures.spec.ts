// The language model's server fails in its several ways: the window says the right thing, and Try again helps when the
// server is well again.

import type { Page } from '@playwright/test'
import { MessagesServer, type Behaviour } from './support/messages-server'
import { expect, test as base } from './support/test'
import { mood, open, turns, type } from './support/window'

const test = base.extend<{ model: MessagesServer }>({
  // eslint-disable-next-line no-empty-pattern
  model: async ({}, use) => {
    const model = new MessagesServer()
    await model.start()
    await use(model)
    await model.stop()
  },
})

const keyFor = ({ baseUrl }: MessagesServer) => ({
  env: { ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_API_KEY: 'a-key-of-the-test' },
})

const PASSING: { code: string; title: string; fails: Behaviour | 'unreachable'; partly?: string }[] = [
  {
    code: 'model_rate_limited',
    title: 'Too many requests to the language model',
    fails: { status: 429, headers: { 'retry-after': '20' } },
  },
  { code: 'model_overloaded', title: 'The language model is overloaded', fails: { status: 529 } },
  { code: 'model_unreachable', title: 'The language model cannot be reached', fails: 'unreachable' },
  {
    code: 'model_stream_cut',
    title: 'The answer broke off',
    fails: { pieces: ['It is almost ', 'noon. And the '], ending: 'cut' },
    partly: 'It is almost noon.',
  },
]

test('a failure that passes offers Try again, which works when the server is well', async ({
  page,
  sidecar,
  wire,
  model,
}) => {
  await sidecar.start(keyFor(model))
  await open(page, await sidecar.freshAddress())
  const chip = page.getByTestId('engines').locator('[data-port="language_model"]')
  await expect(chip).toHaveText(/claude$/, { timeout: 20_000 }) // its SDK takes a second or more to import

  for (const { code, title, fails, partly } of PASSING) {
    await test.step(code, async () => {
      if (fails === 'unreachable') await model.stop()
      else model.behaviour = fails
      await type(page, `Will ${code} pass?`)
      const trouble = turns(page).last().getByTestId('trouble')
      await expect(trouble).toHaveAttribute('data-code', code)
      await expect(trouble).toContainText(title)
      if (partly) await expect(turns(page).last().getByTestId('reply')).toContainText(partly)
      await expect(mood(page)).toHaveAttribute('data-mood', 'closed')
      await expectNothingSecret(page)

      if (fails === 'unreachable') await model.start()
      model.behaviour = { pieces: [`After ${code} `, 'it is well.'] }
      await trouble.getByRole('button', { name: 'Try again' }).click()
      await expect(trouble.getByRole('button', { name: 'Try again' })).toHaveCount(0)
      await expect(turns(page).last().getByTestId('reply')).toContainText(`After ${code} it is well.`)
      await expect(turns(page).last()).toContainText('You, again')
      await expect(turns(page).last()).toHaveAttribute('data-outcome', 'completed')
      expect(model.asked.at(-1)).toContain(`Will ${code} pass?`)
    })
  }
  expect(wire.sentOf('retry')).toHaveLength(PASSING.length)
  await expect(turns(page)).toHaveCount(2 * PASSING.length)
})

test('a refused key is named, and trying again is not offered', async ({ page, sidecar, model }) => {
  model.behaviour = { status: 401 }
  await sidecar.start(keyFor(model))
  await open(page, await sidecar.freshAddress())
  await type(page, 'Hello')
  const trouble = page.getByTestId('trouble')
  await expect(trouble).toHaveAttribute('data-code', 'model_key_refused')
  await expect(trouble).toContainText('The language model refused the key')
  await expect(trouble).toContainText('Check that the key is right and still valid.')
  await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0)
  await trouble.getByText('Details').click()
  await expect(trouble).toContainText('127.0.0.1 refused the API key (status 401)')
  await expectNothingSecret(page)
})

test('an answer that does not come can be given up, and the next question is answered', async ({
  page,
  sidecar,
  model,
}) => {
  model.behaviour = { pieces: [], ending: 'silent' }
  await sidecar.start(keyFor(model))
  await open(page, await sidecar.freshAddress())
  await type(page, 'Are you there?')
  await expect(mood(page)).toHaveAttribute('data-mood', 'thinking')
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(turns(page)).toHaveAttribute('data-outcome', 'interrupted')
  await expect(mood(page)).toHaveAttribute('data-mood', 'closed')
  model.behaviour = { pieces: ['Now I am.'] }
  await type(page, 'And now?')
  await expect(turns(page).last().getByTestId('reply')).toContainText('Now I am.')
})

/** Neither the key nor the server's own words, which may repeat what the user said. */
async function expectNothingSecret(page: Page): Promise<void> {
  await expect(page.locator('body')).not.toContainText('a-key-of-the-test')
  await expect(page.locator('body')).not.toContainText('as the test says')
}
