// The problem page: asks the shell what happened and hands on what the user decides.

import { SHELL, type ShellTexts } from '../texts/shell'

const shell = window.parley
const element = (id: string) => document.getElementById(id)!
let texts: ShellTexts['problemPage'] = SHELL.en.problemPage
const say = (text: string) => (element('said').textContent = text)

element('retry').addEventListener('click', () => {
  say(texts.starting)
  void shell?.retry()
})
element('copy').addEventListener('click', () => void shell?.copyReport().then(() => say(texts.copied)))
element('logs').addEventListener('click', () => void shell?.openLogs())

void shell?.problem().then((problem) => {
  if (!problem) return
  speak(problem.language)
  element('title').textContent = problem.title
  element('text').textContent = problem.text
  element('lines').textContent = problem.lines.join('\n')
})

/** The page is in English until it is known what the shell speaks. */
function speak(language: keyof typeof SHELL): void {
  document.documentElement.lang = language
  texts = SHELL[language].problemPage
  for (const name of ['retry', 'copy', 'logs'] as const) element(name).textContent = texts[name]
  element('what').textContent = texts.lines
}
