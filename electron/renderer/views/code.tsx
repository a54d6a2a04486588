// A block of code, and a button that copies it.

import { useEffect, useState } from 'react'
import { copy } from '../copy'
import { useTexts } from '../use-texts'
import { CheckIcon, CopyIcon } from './icons'

const TOLD_MS = 2_000

export function Code({ text }: { text: string }) {
  const texts = useTexts().conversation
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), TOLD_MS)
    return () => clearTimeout(timer)
  }, [isCopied])
  return (
    <div className="code">
      <pre dir="ltr" tabIndex={0} role="group" aria-label={texts.code}>
        <code>{text}</code>
      </pre>
      <button
        type="button"
        className="icon-only copy"
        title={texts.copyCode}
        onClick={() => setCopied(copy(text))}
      >
        {isCopied ? <CheckIcon /> : <CopyIcon />}
        <span className="hidden" aria-live="polite">
          {isCopied ? texts.copied : texts.copyCode}
        </span>
      </button>
    </div>
  )
}
