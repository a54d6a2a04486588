// What an answer uses besides the language model, and what came of it.

import type { ToolUse } from '../../wire/messages.gen'
import type { Turn } from '../state'
import { AlertIcon, CheckIcon, ShieldIcon } from './icons'

export function Tools({ turn }: { turn: Turn }) {
  if (turn.tools.length === 0) return null
  const tools = [...turn.tools].sort((a, b) => a.use - b.use)
  return (
    <ul className="tools-used" aria-label="What Parley did">
      {tools.map((tool) => (
        <Use key={tool.use} tool={tool} isOver={turn.outcome !== 'open'} />
      ))}
    </ul>
  )
}

const WORDS: Record<ToolUse['state'], string> = {
  asking: 'waits for your answer',
  running: 'at work',
  completed: 'done',
  failed: 'failed',
  refused: 'not allowed',
}

function Use({ tool, isOver }: { tool: ToolUse; isOver: boolean }) {
  const { state, title, text } = tool
  const isOpen = state === 'asking' || state === 'running'
  const isTold = isOpen || state === 'refused'
  return (
    <li data-testid="tool" data-state={state}>
      <Mark state={state} isOver={isOver} />
      <span>
        <span className="tool-title">{title}</span>
        <span className={isTold ? '' : 'hidden'}> – {isOpen && isOver ? 'stopped' : WORDS[state]}</span>
        {text && <span className="tool-text">{text}</span>}
      </span>
    </li>
  )
}

function Mark({ state, isOver }: { state: ToolUse['state']; isOver: boolean }) {
  if (state === 'completed') return <CheckIcon />
  if (state === 'running' && !isOver) return <span className="spinner" aria-hidden="true" />
  return state === 'asking' || state === 'refused' ? <ShieldIcon /> : <AlertIcon />
}
