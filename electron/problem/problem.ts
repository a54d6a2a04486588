// The problem page: asks the shell what happened and hands on what the user decides.

const shell = window.parley
const element = (id: string) => document.getElementById(id)!
const say = (text: string) => (element('said').textContent = text)

element('retry').addEventListener('click', () => {
  say('Starting again…')
  void shell?.retry()
})
element('copy').addEventListener(
  'click',
  () => void shell?.copyReport().then(() => say('The report is copied.')),
)
element('logs').addEventListener('click', () => void shell?.openLogs())

void shell?.problem().then((problem) => {
  if (!problem) return
  element('title').textContent = problem.title
  element('text').textContent = problem.text
  element('lines').textContent = problem.lines.join('\n')
})
